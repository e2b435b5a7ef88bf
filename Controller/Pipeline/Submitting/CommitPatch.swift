import Storage

/// A change that nobody has committed, as a unified diff.
package struct CommitPatch: Hashable, Sendable {
    /// Longer ones are refused.
    package static let byteLimit = 10 << 20

    package let bytes: [UInt8]
    package let digest: String
    /// The lines that name files and their kinds.
    private let headers: [String]

    package enum Refusal: Error, Hashable, Sendable {
        case tooLong
        /// Nothing in it names a file.
        case noDiff
        /// It changes which commit a submodule is at.
        case submodule
    }

    package init(_ text: String) throws(Refusal) {
        guard text.utf8.count <= Self.byteLimit else { throw .tooLong }
        bytes = Array(text.utf8)
        digest = SHA256Text.of(text)
        headers = Self.headers(of: bytes)
        guard !headers.isEmpty else { throw .noDiff }
        guard !headers.contains(where: Self.isOfSubmodule) else { throw .submodule }
    }

    /// Whether it may change a file of the commit: git writes names with prefixes and quotes of
    /// several kinds, and one that only looks alike is refused, too.
    func touches(_ path: String) -> Bool {
        headers.contains { line in
            line.hasSuffix("/\(path)") || line.contains("/\(path)\"") || line.contains("/\(path)\t")
                || line.contains("/\(path) ") || line == "rename from \(path)"
                || line == "rename to \(path)"
        }
    }

    private static func headers(of bytes: [UInt8]) -> [String] {
        let starts = [
            "diff --git ", "--- ", "+++ ", "rename from ", "rename to ", "new file mode ",
            "deleted file mode ", "old mode ", "new mode ", "index ",
        ].map { Array($0.utf8) }
        return bytes.split(separator: UInt8(ascii: "\n")).filter { line in
            starts.contains { line.starts(with: $0) }
        }.map { line in
            let text = String(decoding: line.prefix(9000), as: UTF8.self)
            return text.hasSuffix("\r") ? String(text.dropLast()) : text
        }
    }

    /// The commit's submodules are what is built; a folder of one is no file.
    private static func isOfSubmodule(_ line: String) -> Bool {
        line.contains("mode 160000") || line.hasPrefix("index ") && line.hasSuffix(" 160000")
    }
}
