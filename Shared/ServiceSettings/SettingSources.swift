import FoundationEssentials
import ProjectFile

/// Everything that says something, nearest first: arguments, variables, the file, systemd's
/// credentials, and what holds when nobody says anything.
package struct SettingSources: Sendable {
    /// Of the command alone, without the words that name it.
    private let arguments: [String]
    private let environment: [String: String]
    private let file: SettingsFile?
    private let credentialsFolder: String?
    private let rules: SettingRules

    /// `file` is nil where there is none.
    package init(
        arguments: [String], environment: [String: String],
        file: SettingsFile?, rules: SettingRules
    ) {
        self.arguments = arguments
        self.environment = environment
        self.file = file
        self.rules = rules
        credentialsFolder = environment["CREDENTIALS_DIRECTORY"]
    }

    /// What holds for the options of one command.
    ///
    /// `foreign` are names of options that only the command line has. Fails for a variable or a key
    /// whose value has the wrong form.
    package func resolve(
        _ options: [ServiceOption], except foreign: Set<String> = []
    ) throws(SettingFault) -> ResolvedSettings {
        let given = Self.given(in: arguments, options)
        var taken = Set(given.keys)
        var found: [String: Found] = given.mapValues { Found($0.values, .argument($0.name)) }
        var added: [String] = []
        let looks: [(ServiceOption) throws(SettingFault) -> Found?] = [
            variable, entry, credential,
        ]
        for look in looks {
            // Alternatives of one place are left for the parser to complain about.
            let blocked = rules.alternatives.filter { !$0.isDisjoint(with: taken) }
                .reduce(into: taken) { $0.formUnion($1) }
            for option in options where !foreign.contains(option.name) {
                guard !blocked.contains(option.name), let value = try look(option)
                else { continue }
                taken.insert(option.name)
                found[option.name] = value
                added += Self.words(of: option, value.values)
            }
        }
        return ResolvedSettings(
            arguments: added + arguments,
            settings: options.map { setting(of: $0, found[$0.name]) })
    }

    /// Variables that look like this service's and are no option's, with what was probably meant.
    package func strangers(
        among options: [ServiceOption]
    ) -> [(variable: String, meant: String)] {
        let known = options.map(rules.variable)
        return environment.keys.sorted().compactMap { name in
            guard name.hasPrefix(rules.prefix), !known.contains(name),
                let meant = nearestWord(to: name, among: known)
            else { return nil }
            return (name, meant)
        }
    }

    private struct Found {
        let values: [String]
        let origin: SettingOrigin

        init(_ values: [String], _ origin: SettingOrigin) {
            self.values = values
            self.origin = origin
        }
    }

    private func setting(of option: ServiceOption, _ found: Found?) -> Setting {
        let usual = option.isFlag ? nil : option.usual
        let values = found?.values ?? usual.map { [$0] } ?? []
        return Setting(
            option: option, values: values, origin: found?.origin ?? .usual,
            shown: values.map { rules.masked(option.name, $0) ?? $0 })
    }

    /// An empty variable says nothing.
    private func variable(of option: ServiceOption) throws(SettingFault) -> Found? {
        let name = rules.variable(of: option)
        guard let text = environment[name], !text.isEmpty else { return nil }
        let origin = SettingOrigin.variable(name)
        if option.isFlag { return Found(try Self.flag(text, name), origin) }
        guard option.isRepeating else { return Found([text], origin) }
        let values = text.split { $0.isNewline || $0 == "," && !rules.lists.contains(option.name) }
            .map { $0.trimming(\.isWhitespace) }
        return Found(values.filter { !$0.isEmpty }, origin)
    }

    private func entry(of option: ServiceOption) throws(SettingFault) -> Found? {
        guard let file, let entry = file.document.entries.first(where: { $0.key == option.key })
        else { return nil }
        let origin = SettingOrigin.file(file.name, line: entry.line)
        let place = "\(origin): \(entry.key)"
        if option.isFlag {
            return Found(try Self.flag(entry.values.joined(separator: " "), place), origin)
        }
        guard option.isRepeating || !entry.isList else {
            throw SettingFault("\(place) is one value, not a list")
        }
        return Found(entry.values, origin)
    }

    private func credential(of option: ServiceOption) -> Found? {
        guard let folder = credentialsFolder,
            let rule = rules.credentials.first(where: { $0.option == option.name })
        else { return nil }
        let path = "\(folder)/\(rule.file)"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return Found([rule.mark + path], .credential(path))
    }

    private static func flag(_ text: String, _ place: String) throws(SettingFault) -> [String] {
        switch text.lowercased() {
        case "true", "yes", "on", "1": return ["true"]
        case "false", "no", "off", "0": return []
        default: throw SettingFault("\(place) is true or false")
        }
    }

    private static func words(of option: ServiceOption, _ values: [String]) -> [String] {
        option.isFlag
            ? values.map { _ in "--\(option.name)" } : values.map { "--\(option.name)=\($0)" }
    }

    /// The options that arguments have, as the parser will read them.
    private static func given(
        in arguments: [String], _ options: [ServiceOption]
    ) -> [String: (name: String, values: [String])] {
        let known = Dictionary(options.map { ($0.name, $0) }) { first, _ in first }
        var given: [String: (name: String, values: [String])] = [:]
        var rest = arguments[...]
        while let word = rest.popFirst(), word != "--" {
            guard word.hasPrefix("--") else { continue }
            let parts = word.dropFirst(2).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let option = known[String(parts[0])] else { continue }
            var values = option.isRepeating ? given[option.name]?.values ?? [] : []
            if option.isFlag {
                values = ["true"]
            } else if parts.count == 2 {
                values.append(String(parts[1]))
            } else if let value = rest.popFirst() {
                values.append(value)
            }
            given[option.name] = (option.name, values)
        }
        return given
    }
}

extension StringProtocol {
    /// Without such characters at both ends.
    fileprivate func trimming(_ isOutside: (Character) -> Bool) -> String {
        let start = drop(while: isOutside)
        return start.lastIndex { !isOutside($0) }.map { String(start[...$0]) } ?? ""
    }
}
