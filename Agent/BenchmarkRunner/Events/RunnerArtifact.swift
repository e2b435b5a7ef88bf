package import FleetModel

/// A file that an attempt leaves for people: a profile, a tool's raw results.
package struct RunnerArtifact: Sendable {
    package enum Content: Sendable {
        case bytes([UInt8])
        /// A file that a stranger wrote: no link is followed, and only a regular file is read.
        case file(String)
    }

    /// Like a path: parts joined by `/`.
    package var name: String
    /// A word of the protocol.
    package var kind: String
    package var mediaType: String
    package var role: RevisionRole?
    package var benchmark: String?
    package var facts: [String: String]
    package var content: Content

    package init(
        _ name: String, kind: String, mediaType: String, role: RevisionRole? = nil,
        benchmark: String? = nil, facts: [String: String] = [:], content: Content
    ) {
        self.name = name
        self.kind = kind
        self.mediaType = mediaType
        self.role = role
        self.benchmark = benchmark
        self.facts = facts
        self.content = content
    }

    package static let profileKind = "profile"
    package static let rawOutputKind = "raw_output"
}

/// Names of artifacts made of what strangers named.
enum ArtifactName {
    private static let partLimit = 100

    /// One part: letters, digits and a few signs, never `.` or `..`. What is not as it was has a
    /// sum of the whole before its ending, so that two names stay two.
    static func part(_ text: String) -> String {
        let plain = text.unicodeScalars.map { scalar in
            let isPlain =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
                || ("0"..."9").contains(scalar) || "-_.+=,@".unicodeScalars.contains(scalar)
            return isPlain ? Character(scalar) : "_"
        }
        let name = String(plain)
        let isSame = name == text && name.count <= partLimit
        if isSame, !name.allSatisfy({ $0 == "." }) { return name }
        let dot = name.lastIndex(of: ".") ?? name.endIndex
        let ending = name[dot...].count <= endingLimit && dot > name.startIndex ? name[dot...] : ""
        let rest = name.dropLast(ending.count)
        let sum = "-" + Hexadecimal.text(sum(of: text), digits: 16)
        return rest.prefix(partLimit - sum.count - ending.count) + sum + ending
    }

    private static let endingLimit = 10

    /// FNV-1a of 64 bits.
    private static func sum(of text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    static func joined(_ parts: [String]) -> String { parts.map(part).joined(separator: "/") }

    /// Of a benchmark with its parameters.
    static func part(_ entry: BenchmarkPlan) -> String {
        ([entry.name] + entry.parameters.pairs.map { "\($0.name)=\($0.value)" })
            .joined(separator: ",")
    }
}
