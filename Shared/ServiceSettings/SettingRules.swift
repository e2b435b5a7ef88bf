/// How a service takes its options from elsewhere than its arguments.
package struct SettingRules: Sendable {
    /// What its variables begin with, such as `FLEETMARK_CONTROLLER_`.
    package let prefix: String
    /// How a value is shown that nobody else may see; nil for one that everybody may.
    package var masked: @Sendable (_ option: String, _ value: String) -> String? = { _, _ in nil }
    /// Of the options of a group at most one counts: that from the nearest place.
    package var alternatives: [Set<String>] = []
    /// Lists whose values may have commas: in a variable they stand one a line.
    package var lists: Set<String> = []
    /// Where a file of systemd's credentials folder goes: its name, the option, and what stands
    /// before the file's path.
    package var credentials: [Credential] = []

    package struct Credential: Sendable {
        let file: String
        let option: String
        let mark: String

        package init(_ file: String, as option: String, mark: String = "") {
            self.file = file
            self.option = option
            self.mark = mark
        }
    }

    package init(prefix: String) { self.prefix = prefix }

    package func variable(of option: ServiceOption) -> String {
        prefix + option.key.uppercased()
    }
}

/// Where a value came from.
package enum SettingOrigin: Sendable, Equatable, CustomStringConvertible {
    case argument(String)
    case variable(String)
    case file(String, line: Int)
    /// A file that systemd put there.
    case credential(String)
    /// Nobody said anything.
    case usual

    package var description: String {
        switch self {
        case .argument(let name): "--\(name)"
        case .variable(let name): name
        case .file(let name, let line): "\(name), line \(line)"
        case .credential(let path): path
        case .usual: "default"
        }
    }
}

/// One option with what holds for it.
package struct Setting: Sendable, Equatable {
    package let option: ServiceOption
    /// Empty for a flag that is off and for an option that nobody gave and that has no default.
    package let values: [String]
    package let origin: SettingOrigin
    /// The values as people may see them.
    package let shown: [String]

    package var isSecret: Bool { shown != values }
}

/// Why settings cannot be used; names places and never values.
package struct SettingFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
