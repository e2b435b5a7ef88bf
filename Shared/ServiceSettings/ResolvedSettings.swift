/// What holds for a command, and why.
package struct ResolvedSettings: Sendable {
    /// For the parser: what others said, then the command's own arguments.
    package let arguments: [String]
    /// In the order in which the command declares its options.
    package let settings: [Setting]

    package init(arguments: [String], settings: [Setting]) {
        self.arguments = arguments
        self.settings = settings
    }

    package static let none = ResolvedSettings(arguments: [], settings: [])

    /// Adds to a complaint of the parser where the options that it names came from, since somebody
    /// who gave none of them as an argument would not know.
    package func explained(_ complaint: String) -> String {
        let words = complaint.split { !($0.isLetter || $0.isNumber || $0 == "-") }
        let named = Set(words.filter { $0.hasPrefix("--") }.map { $0.dropFirst(2) })
        let origins = settings.compactMap { setting -> String? in
            guard named.contains(setting.option.name[...]) else { return nil }
            switch setting.origin {
            case .argument, .usual: return nil
            case .variable, .file, .credential:
                return "  --\(setting.option.name) comes from \(setting.origin)"
            }
        }
        return ([complaint] + origins).joined(separator: "\n")
    }

    /// Secrets that stand in the list of processes for everybody to see.
    package var exposedSecrets: [Setting] {
        settings.filter { setting in
            guard setting.isSecret, case .argument = setting.origin else { return false }
            return true
        }
    }
}
