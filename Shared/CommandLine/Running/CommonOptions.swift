import ArgumentParser

/// Options of every command (command line, section 3).
struct CommonOptions: ParsableArguments, Sendable {
    /// Their heading in the help.
    static let title = "Options of every command"

    @Option(help: "Controller: https://…, http:// on loopback, or unix:PATH.")
    var server: String?

    @Option(name: [.short, .long], help: "Project; else the one that fleetmark.yaml names.")
    var project: String?

    @Option(help: ArgumentHelp("Trust only the CA certificates of this file.", valueName: "file"))
    var caFile: String?

    @Option(help: ArgumentHelp("Limit of one request, such as 30s.", valueName: "duration"))
    var timeout: DurationArgument?

    @Flag(help: "One JSON document instead of text.")
    var json = false

    @Flag(name: [.short, .long], help: "No progress and no notices.")
    var quiet = false

    @Flag(name: [.short, .long], help: "Log requests, without secrets.")
    var verbose = false

    @Option(help: "Colours: auto, always or never.")
    var color: ColorChoice?

    @Flag(help: "Times in UTC instead of local time.")
    var utc = false
}

enum ColorChoice: String, ExpressibleByArgument, Sendable {
    case auto, always, never
}

/// Options of every list.
struct ListOptions: ParsableArguments, Sendable {
    @Option(help: "Most rows, 1 to 200.")
    var limit: Int = 50

    @Option(help: "Where an earlier list stopped.")
    var cursor: String?

    @Flag(help: "All pages.")
    var all = false

    @OptionGroup var shape: TableOptions

    func validate() throws {
        guard (1...200).contains(limit) else {
            throw ValidationError("--limit is a number from 1 to 200")
        }
    }
}

/// How a table is shown.
struct TableOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Columns to show, such as RUN,STATE.", valueName: "a,b"))
    var columns: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Sort by a column; -COLUMN sorts downwards.", valueName: "[-]column"))
    var sort: String?

    @Flag(help: "No header line.")
    var noHeader = false

    @Flag(help: "Comma-separated values (RFC 4180).")
    var csv = false
}

/// Durations such as `500ms`, `30s`, `1h30m`; above zero and at most a year.
struct DurationArgument: ExpressibleByArgument, Sendable, Hashable {
    let duration: Duration

    static let hour = DurationArgument(.seconds(3_600))

    init(_ duration: Duration) {
        self.duration = duration
    }

    private static let units: [(name: String, nanoseconds: Double)] = [
        ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3_600e9), ("d", 86_400e9),
    ]

    init?(argument: String) {
        var rest = argument[...]
        var total = 0.0
        var lastUnit = Double.infinity
        while !rest.isEmpty {
            let number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            rest = rest.dropFirst(number.count)
            let word = rest.prefix { ("a"..."z").contains($0) }
            rest = rest.dropFirst(word.count)
            guard let unit = Self.units.first(where: { $0.name == word }),
                unit.nanoseconds < lastUnit, let amount = Double(number)
            else { return nil }
            lastUnit = unit.nanoseconds
            total += amount * unit.nanoseconds
        }
        guard total >= 1, total <= 366 * 86_400e9 else { return nil }
        duration = .nanoseconds(Int64(total.rounded()))
    }
}

extension DurationArgument: CustomStringConvertible {
    var description: String { Readable.span(duration) }
}
