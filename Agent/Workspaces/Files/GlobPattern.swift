/// A pattern for paths: `*` and `?` stay inside a name, `**` stands for any number of folders.
///
/// Names are compared as bytes; a leading dot is not special.
package struct GlobPattern: Sendable {
    private enum Part: Sendable {
        case anyFolders
        case name([UInt8])
    }

    private let parts: [Part]

    /// `nil` for an absolute pattern, or one with `..`.
    package init?(_ text: String) {
        guard !text.hasPrefix("/"), !text.isEmpty, text.utf8.count <= 4096 else { return nil }
        let names = text.split(separator: "/").filter { $0 != "." }
        guard !names.contains(".."), !names.isEmpty else { return nil }
        parts = names.map { $0 == "**" ? .anyFolders : .name(Array($0.utf8)) }
    }

    /// Whether the whole path, name by name, is meant.
    package func matches(_ path: [[UInt8]]) -> Bool {
        Self.match(path, parts) { part in
            if case .anyFolders = part { true } else { false }
        } fits: { name, part in
            guard case .name(let pattern) = part else { return false }
            return Self.matches(name, pattern)
        }
    }

    private static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        match(name, pattern) {
            $0 == UInt8(ascii: "*")
        } fits: { byte, wanted in
            byte == wanted || wanted == UInt8(ascii: "?")
        }
    }

    /// Only the last star is ever taken back: no pattern takes longer than the product of both
    /// lengths.
    private static func match<Element, Wanted>(
        _ elements: [Element], _ pattern: [Wanted], isStar: (Wanted) -> Bool,
        fits: (Element, Wanted) -> Bool
    ) -> Bool {
        var (at, place) = (0, 0)
        var star: (place: Int, resume: Int)?
        while at < elements.count {
            if place < pattern.count, isStar(pattern[place]) {
                star = (place, at)
                place += 1
            } else if place < pattern.count, fits(elements[at], pattern[place]) {
                at += 1
                place += 1
            } else if let back = star {
                place = back.place + 1
                at = back.resume + 1
                star = (back.place, at)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy(isStar)
    }
}

/// Several patterns for paths, of which the last one that matches decides.
package struct GlobList: Sendable {
    /// One of the patterns.
    struct Entry: Sendable {
        /// As it was written, a leading `!` with it.
        let text: String
        let pattern: GlobPattern
        let isExclusion: Bool
    }

    private(set) var entries: [Entry] = []

    package init() {}

    package init(_ pattern: GlobPattern) { add(pattern, isExclusion: false) }

    /// A leading `!` takes out; patterns that lead out of the folder are left away.
    init(_ texts: [String]) {
        for text in texts {
            let isExclusion = text.hasPrefix("!")
            guard let pattern = GlobPattern(isExclusion ? String(text.dropFirst()) : text) else {
                continue
            }
            entries.append(Entry(text: text, pattern: pattern, isExclusion: isExclusion))
        }
    }

    package mutating func add(_ pattern: GlobPattern, isExclusion: Bool) {
        entries.append(Entry(text: "", pattern: pattern, isExclusion: isExclusion))
    }

    /// Whether the whole path, name by name, is meant.
    package func matches(_ path: [[UInt8]]) -> Bool { verdict(on: path) ?? false }

    /// The same; `nil` where no pattern matches.
    func verdict(on path: [[UInt8]]) -> Bool? {
        last(on: path).map { !$0.isExclusion }
    }

    /// The pattern that decides.
    func last(on path: [[UInt8]]) -> Entry? { entries.last { $0.pattern.matches(path) } }
}
