import Storage

/// A change that nobody has committed, as a unified diff.
package struct CommitPatch: Hashable, Sendable {
    /// Longer ones are refused.
    package static let byteLimit = 10 << 20

    package let bytes: [UInt8]
    package let digest: String

    package enum Refusal: Error, Hashable, Sendable {
        case tooLong
        /// Nothing in it names a file.
        case noDiff
    }

    package init(_ text: String) throws(Refusal) {
        guard text.utf8.count <= Self.byteLimit else { throw .tooLong }
        bytes = Array(text.utf8)
        digest = SHA256Text.of(text)
        guard !paths.isEmpty else { throw .noDiff }
    }

    /// The files that it changes, by the names that git gives them on either side.
    var paths: Set<String> {
        var found: Set<String> = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line.prefix(4200), as: UTF8.self)
            for prefix in ["--- a/", "+++ b/", "rename from ", "rename to "]
            where text.hasPrefix(prefix) {
                found.insert(Self.name(text.dropFirst(prefix.count)))
            }
            if text.hasPrefix("diff --git a/"), let half = text.firstRange(of: " b/") {
                found.insert(Self.name(text[half.upperBound...]))
            }
        }
        return found
    }

    /// What stands behind a tab is a time.
    private static func name(_ text: Substring) -> String {
        String(text.prefix { $0 != "\t" && $0 != "\r" })
    }
}
