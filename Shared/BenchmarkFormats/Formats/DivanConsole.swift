/// divan prints a tree; it has no form for machines.
struct DivanConsole: LineFormat {
    static let id = "divan-console"
    static let title = "divan"
    static let keeps = "Median, mean, fastest and slowest time, as many digits as are printed"

    /// Names from the root to the last row.
    private var path: [String] = []

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool { root(line) != nil }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        if let root = Self.root(line) {
            path = [root]
            return
        }
        guard !path.isEmpty, let row = DivanRow(line) else { return }
        guard row.depth <= path.count else { return }
        path = path.prefix(row.depth) + [row.name]
        guard let times = row.times else { return }
        let name = path.joined(separator: "::")
        try results.add(ResultIdentity(name: name, metric: "time")) { () throws(ValueFault) in
            var record = ResultRecord(.seconds)
            record.headline = (try times[2].unit.value(times[2].number), .median)
            for (place, figure) in [(0, "min"), (1, "max"), (3, "mean")] {
                record.stats[figure] = times[place].unit.figure(times[place].number)
            }
            return record
        }
    }

    /// The name in front of the captions.
    private static func root(_ line: TextLine) -> String? {
        var cursor = line.cursor
        guard let name = cursor.upTo("fastest"), cursor.upTo("slowest") != nil,
            cursor.upTo("median") != nil, cursor.upTo("mean") != nil
        else { return nil }
        return TextCursor.string(TextCursor.trimmed(name))
    }
}

/// One row of the tree.
private struct DivanRow {
    struct Time {
        let number: Double
        let unit: CanonicalUnit
    }

    let depth: Int
    let name: String
    /// Fastest, slowest, median and mean; nil for a group.
    private(set) var times: [Time]?

    init?(_ line: TextLine) {
        let scalars = line.text.unicodeScalars
        let branch = scalars.prefix { "│├╰─ ".unicodeScalars.contains($0) }
        guard branch.contains("├") || branch.contains("╰") else { return nil }
        depth = branch.count / 3
        let columns = scalars[branch.endIndex...].split(
            separator: "│", omittingEmptySubsequences: false)
        let words = columns[0].split(separator: " ")
        let times = columns.dropFirst().prefix(3).compactMap {
            Self.time($0.split(separator: " ")[...])
        }
        // A name may hold spaces; the time behind it is its last two words.
        guard times.count == 3, let fastest = Self.time(words.suffix(2)), words.count > 2 else {
            name = words.map(String.init).joined(separator: " ")
            if name.isEmpty { return nil }
            return
        }
        name = words.dropLast(2).map(String.init).joined(separator: " ")
        self.times = [fastest] + times
    }

    private static func time(_ words: ArraySlice<Substring.UnicodeScalarView>) -> Time? {
        guard words.count == 2, let first = words.first, let last = words.last,
            let number = DecimalNumber.read(Array(String(first).utf8)[...]),
            let unit = Units.known(String(last)), unit.name == "s"
        else { return nil }
        return Time(number: number, unit: unit)
    }
}
