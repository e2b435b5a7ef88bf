/// A text that may name a commit: a branch, a tag, a hash or the beginning of one, or `HEAD`.
///
/// Follows git-check-ref-format(1), so the text can never be an option, a range or an expression.
package struct CommitReference: Hashable, Sendable, CustomStringConvertible {
    package static let lengthLimit = 250
    package static let shortestPrefix = 7

    package let text: String

    package init(_ text: String) throws(CommitGraphFailure) {
        guard Self.isWellFormed(text) else {
            throw .referenceInvalid(Self.printable(text))
        }
        self.text = text
    }

    package var description: String { text }

    /// All hexadecimal and no longer than a hash, so it may be the beginning of one. Lower case.
    var hashPrefix: String? {
        let lower = text.lowercased()
        let isHexadecimal = lower.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
        }
        guard isHexadecimal, (Self.shortestPrefix...64).contains(lower.utf8.count) else {
            return nil
        }
        return lower
    }

    private static func isWellFormed(_ text: String) -> Bool {
        let forbidden: Set<UInt8> = Set(" ~^:?*[\\".utf8)
        guard !text.isEmpty, text.utf8.count <= lengthLimit, !text.hasPrefix("-"),
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && !forbidden.contains($0) }),
            !text.contains(".."), !text.contains("@{"), text != "@", !text.hasSuffix(".")
        else { return false }
        return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock")
        }
    }

    /// For a message: cut, and without control characters.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(80).map {
                    $0.properties.generalCategory == .control ? "\u{FFFD}" : $0
                }))
    }
}
