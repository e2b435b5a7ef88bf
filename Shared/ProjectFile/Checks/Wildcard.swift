/// Patterns with `*` and `?` over names, in linear time for each star.
enum Wildcard {
    static func matches(_ pattern: String, _ name: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let name = Array(name.utf8)
        var next = 0
        var at = 0
        var star: (pattern: Int, name: Int)?
        while at < name.count {
            if next < pattern.count, pattern[next] == UInt8(ascii: "*") {
                star = (next, at)
                next += 1
            } else if next < pattern.count,
                pattern[next] == UInt8(ascii: "?") || pattern[next] == name[at]
            {
                next += 1
                at += 1
            } else if let last = star {
                // The last star takes one more character.
                star = (last.pattern, last.name + 1)
                next = last.pattern + 1
                at = last.name + 1
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
