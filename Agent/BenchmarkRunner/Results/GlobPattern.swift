/// A pattern for paths: `*` and `?` stay inside a name, `**` stands for any number of folders.
///
/// Names are compared as bytes; a leading dot is not special.
struct GlobPattern {
    enum Part: Equatable {
        case anyFolders
        case name([UInt8])
    }

    let parts: [Part]

    /// `nil` for an absolute pattern, or one with `..`.
    init?(_ text: String) {
        guard !text.hasPrefix("/"), !text.isEmpty, text.utf8.count <= 4096 else { return nil }
        let names = text.split(separator: "/").filter { $0 != "." }
        guard !names.contains(".."), !names.isEmpty else { return nil }
        parts = names.map { $0 == "**" ? .anyFolders : .name(Array($0.utf8)) }
    }

    /// Whether the whole path, name by name, is meant.
    func matches(_ path: [[UInt8]]) -> Bool {
        Self.match(parts[...], path[...])
    }

    private static func match(_ parts: ArraySlice<Part>, _ path: ArraySlice<[UInt8]>) -> Bool {
        guard let part = parts.first else { return path.isEmpty }
        switch part {
        case .anyFolders:
            return (0...path.count).contains { match(parts.dropFirst(), path.dropFirst($0)) }
        case .name(let pattern):
            guard let name = path.first, matches(name, pattern) else { return false }
            return match(parts.dropFirst(), path.dropFirst())
        }
    }

    /// Linear in the name but for one star that is taken back: no pattern can blow up.
    static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        var (at, place) = (0, 0)
        var star: Int?
        var resume = 0
        while at < name.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = place
                resume = at
                place += 1
            } else if place < pattern.count,
                pattern[place] == name[at] || pattern[place] == UInt8(ascii: "?")
            {
                at += 1
                place += 1
            } else if let back = star {
                place = back + 1
                resume += 1
                at = resume
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
