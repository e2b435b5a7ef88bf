import LinuxSystem

/// One value of the host that a knob reads, and maybe sets.
package struct KnobSetting: Sendable, Equatable {
    /// What stands behind the path.
    package enum Kind: String, Sendable, CaseIterable {
        /// A file of the kernel.
        case file
        /// A unit of the service manager; its value is `active` or `inactive`.
        case service
        /// The processors of a slice of the service manager, until the next boot.
        case slice
        /// A folder that the kernel turns into an object; its value is `present` or `absent`.
        case folder
        /// A file system; its value is its type or `absent`.
        case mount
        /// A value that lasts as long as a descriptor is open; needs no journal.
        case held
    }

    package let knob: String
    /// A path, or the name of a unit or a slice.
    package let path: String
    package let kind: Kind
    package let form: ValueForm
    /// `nil`: only recorded.
    package var wanted: String?
    /// Why the kernel may refuse without that being a fault; `nil` where a refusal is one.
    package let excuse: String?

    package init(
        _ knob: String, _ path: String, kind: Kind = .file, form: ValueForm = .text,
        wanted: String?, excuse: String? = nil
    ) {
        self.knob = knob
        self.path = path
        self.kind = kind
        self.form = form
        self.wanted = wanted.map { form.token(of: $0) }
        self.excuse = excuse
    }
}

/// How the text of a file is read and compared; what is saved is always the token.
package enum ValueForm: String, Sendable, CaseIterable {
    /// The trimmed text.
    case text
    /// The word in brackets of `always [madvise] never`.
    case choice
    /// A list of processors.
    case list
    /// A mask of processors.
    case mask
    /// The line of the third-level cache, without blanks.
    case cacheLine

    package func token(of text: String) -> String {
        let trimmed = text.trimmingWhitespace()
        switch self {
        case .text: return trimmed
        case .choice: return Self.bracketed(trimmed) ?? trimmed
        case .list: return CPUList.parse(trimmed).map(CPUList.text) ?? trimmed
        case .mask: return CPUMask.parse(trimmed).map(CPUMask.text) ?? trimmed
        case .cacheLine:
            let line = trimmed.split(separator: "\n").map { $0.trimmingWhitespace() }
                .first { $0.hasPrefix("L3:") }
            return (line ?? trimmed).filter { !$0.isWhitespace }
        }
    }

    /// Whether a value that was read back is in force.
    func holds(_ text: String, _ wanted: String) -> Bool { token(of: text) == wanted }

    private static func bracketed(_ text: String) -> String? {
        guard let open = text.firstIndex(of: "["), let close = text.firstIndex(of: "]"),
            open < close
        else { return nil }
        return String(text[text.index(after: open)..<close])
    }
}
