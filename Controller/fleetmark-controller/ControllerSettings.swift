import ArgumentParser
import FleetmarkController
import ServiceSettings

/// What the controller's commands are told from elsewhere than their arguments.
enum ControllerSettings {
    static let usualFile = "/etc/fleetmark/controller.yaml"

    static let rules: SettingRules = {
        var rules = SettingRules(prefix: "FLEETMARK_CONTROLLER_")
        rules.masked = masked
        rules.alternatives = [
            ["jwt-secret", "jwt-secret-file"],
            ["api-keys-file", "api-keys-env", "api-keys-command"],
        ]
        rules.lists = ["api-keys", "oidc-provider"]
        rules.credentials = [
            .init("api-keys", as: "api-keys", mark: "@"),
            .init("jwt-secret", as: "jwt-secret-file"),
            .init("database-password", as: "database-password-file"),
        ]
        return rules
    }()

    /// - Throws: `SettingFault`.
    static func resolve(
        _ arguments: [String], environment: [String: String]
    ) throws -> ResolvedSettings {
        let tree = try CommandDescription(help: FleetmarkControllerCommand._dumpHelp())
        guard !asksForHelp(arguments), let (command, words) = tree.find(arguments[...]),
            let serve = tree.subcommands.first(where: { $0.name == "serve" })
        else { return ResolvedSettings(arguments: arguments, settings: []) }
        let options = serve.options.filter { $0.name != "config" }
        let rest = Array(arguments.dropFirst(words))
        let sources = SettingSources(
            arguments: rest, environment: environment,
            file: try file(rest, environment, for: options), rules: rules)
        let known = Set(options.map(\.name))
        let foreign = Set(command.options.map(\.name)).subtracting(known)
        for stranger in sources.strangers(among: serve.options) {
            OperatorWork.note(
                "\(stranger.variable) is no option's; did you mean \(stranger.meant)?")
        }
        let found = try sources.resolve(command.options, except: foreign)
        return ResolvedSettings(
            arguments: Array(arguments.prefix(words)) + found.arguments,
            settings: found.settings.filter { known.contains($0.option.name) })
    }

    /// A sandbox has nothing to do with the machine's controller, so it has no usual file.
    private static func file(
        _ arguments: [String], _ environment: [String: String], for options: [ServiceOption]
    ) throws(SettingFault) -> SettingsFile? {
        let given = value(of: "--config", in: arguments) ?? environment[rules.prefix + "CONFIG"]
        guard given != nil || !arguments.contains("--local") else { return nil }
        return try SettingsFile.read(
            given ?? usualFile, for: options, rules: rules, isNeeded: given != nil)
    }

    private static func value(of name: String, in arguments: [String]) -> String? {
        guard let index = arguments.lastIndex(where: { $0 == name || $0.hasPrefix(name + "=") })
        else { return nil }
        guard arguments[index] == name else {
            return String(arguments[index].dropFirst(name.count + 1))
        }
        return index + 1 < arguments.count ? arguments[index + 1] : nil
    }

    private static func asksForHelp(_ arguments: [String]) -> Bool {
        arguments.first == "help"
            || arguments.contains {
                ["-h", "--help", "--experimental-dump-help"].contains($0)
                    || $0.hasPrefix("--generate-completion-script")
            }
    }

    /// What to do instead of giving a secret as an argument.
    static func better(than option: String) -> String {
        let variable = rules.variable(of: ServiceOption(option))
        return switch option {
        case "api-keys": "give --api-keys @FILE or \(variable)"
        case "jwt-secret": "give --jwt-secret-file or \(variable)"
        default: "give --database-password-file or \(variable)"
        }
    }

    private static func masked(_ option: String, _ value: String) -> String? {
        switch option {
        case "jwt-secret": return "•••"
        case "database-url": return DatabaseURL.masked(value)
        case "api-keys":
            guard !value.hasPrefix("@") else { return nil }
            var parts = value.split(separator: ":", omittingEmptySubsequences: false).map(
                String.init)
            guard parts.count > 1 else { return "•••" }
            parts[1] = "•••"
            return parts.joined(separator: ":")
        default: return nil
        }
    }
}
