import ArgumentParser
import FleetmarkController
import FoundationEssentials
import ServiceSettings

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Shows what a controller was told.",
        subcommands: [CheckConfigCommand.self], defaultSubcommand: CheckConfigCommand.self)
}

struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Shows every setting in force and where it came from.",
        discussion: """
            Takes the options of serve, reads the same variables and the same file, and starts \
            nothing. Secrets are shown as •••. Status 2 when something is wrong.

            Examples:
              fleetmark-controller config check
              fleetmark-controller config check --config /etc/fleetmark/controller.yaml --json
              FLEETMARK_CONTROLLER_PORT=9090 fleetmark-controller config check --changed
            """)

    @OptionGroup var options: ServeCommand
    @Flag(help: "Only what somebody said, without defaults.") var changed = false
    @Flag(help: "One JSON document instead of a table.") var json = false

    /// - Throws: `StartFailure` for settings with which no controller would start.
    func run(showing settings: ResolvedSettings) throws {
        let configuration = try options.configured()
        try configuration.check()
        let report = SettingsReport(
            settings.settings.filter { !changed || $0.origin != .usual },
            inForce: options.inForce(configuration))
        print(json ? try report.document : report.table, terminator: "")
    }
}

/// All settings, for a person or a program.
struct SettingsReport {
    private let rows: [Row]

    private struct Row: Encodable {
        let key: String
        let values: [String]
        let source: String
        let from: String

        var text: String { values.isEmpty ? "-" : values.joined(separator: ", ") }
    }

    init(_ settings: [Setting], inForce: [String: String]) {
        rows = settings.map { setting in
            var values = setting.shown
            if setting.option.isFlag {
                values = [setting.values.isEmpty ? "false" : "true"]
            } else if values.isEmpty, let text = inForce[setting.option.name] {
                values = [text]
            }
            return Row(
                key: setting.option.key, values: values, source: Self.source(setting.origin),
                from: setting.origin.description)
        }
    }

    var table: String {
        let lines = [("SETTING", "VALUE", "FROM")] + rows.map { ($0.key, $0.text, $0.from) }
        let first = lines.map(\.0.count).max() ?? 0
        let second = lines.map(\.1.count).max() ?? 0
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: width - text.count)
        }
        return lines.map { "\(padded($0.0, first))  \(padded($0.1, second))  \($0.2)\n" }.joined()
    }

    var document: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let document = Document(settings: rows)
            return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
        }
    }

    private struct Document: Encodable {
        let schema = "fleetmark.config-check.v1"
        let settings: [Row]
    }

    private static func source(_ origin: SettingOrigin) -> String {
        switch origin {
        case .argument: "argument"
        case .variable: "variable"
        case .file: "file"
        case .credential: "credential"
        case .usual: "default"
        }
    }
}
