/// A unit as the model writes it, and what one of the tool's unit is in it.
package struct CanonicalUnit: Sendable, Equatable {
    /// `s`, `B`, `count`, `ops/s`, `B/s`, `ratio`, or the tool's text.
    package let name: String
    /// Canonical value = value × factor.
    package let factor: Double

    package init(name: String, factor: Double = 1) {
        self.name = name
        self.factor = factor
    }

    /// The default direction.
    package var better: BenchmarkResult.Better {
        switch name {
        case "s", "B", "count": .lower
        case "ops/s", "B/s": .higher
        default: .none
        }
    }

    /// Whether a negative value can only be an error.
    package var isNeverNegative: Bool { ["s", "B", "ops/s", "B/s"].contains(name) }
}

/// What tools mean when their format fixes the unit.
extension CanonicalUnit {
    static let seconds = CanonicalUnit(name: "s")
    static let milliseconds = CanonicalUnit(name: "s", factor: 1e-3)
    static let microseconds = CanonicalUnit(name: "s", factor: 1e-6)
    static let nanoseconds = CanonicalUnit(name: "s", factor: 1e-9)
    static let bytes = CanonicalUnit(name: "B")
    static let count = CanonicalUnit(name: "count")
    static let perSecond = CanonicalUnit(name: "ops/s")
    static let bytesPerSecond = CanonicalUnit(name: "B/s")
    static let megabytesPerSecond = CanonicalUnit(name: "B/s", factor: 1e6)
    static let ratio = CanonicalUnit(name: "ratio")
    static let percent = CanonicalUnit(name: "ratio", factor: 0.01)
}

/// Translates the units that tools write.
/// Spelling and case matter (`MB` and `Mb` are not the same); unknown text is kept as it is.
/// Source: the benchmark format specification, section "Canonical units".
package enum Units {
    package static func canonical(_ text: String) -> CanonicalUnit {
        known(text) ?? CanonicalUnit(name: text)
    }

    /// nil if the text is not in the table.
    package static func known(_ text: String) -> CanonicalUnit? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            .map { trimmed($0) }
        switch parts.count {
        case 1: return plain(parts[0])
        case 2: return quotient(parts[0], per: parts[1])
        default: return nil
        }
    }

    private static func plain(_ text: String) -> CanonicalUnit? {
        if let unit = time(text) ?? size(text) { return unit }
        switch text {
        case "count", "counts", "Count", "#", "integer": return CanonicalUnit(name: "count")
        case "%", "percent": return CanonicalUnit(name: "ratio", factor: 0.01)
        case "ratio": return CanonicalUnit(name: "ratio")
        default: return nil
        }
    }

    private static func quotient(_ top: String, per bottom: String) -> CanonicalUnit? {
        if ["op", "iter"].contains(bottom) {
            return top == "#" ? CanonicalUnit(name: "count") : time(top) ?? size(top)
        }
        guard let rate = timesPerSecond[bottom] else { return nil }
        if events.contains(top) { return CanonicalUnit(name: "ops/s", factor: rate) }
        guard rate == 1, let size = size(top) else { return nil }
        return CanonicalUnit(name: "B/s", factor: size.factor)
    }

    private static func time(_ text: String) -> CanonicalUnit? {
        seconds[text].map { CanonicalUnit(name: "s", factor: $0) }
    }

    private static func size(_ text: String) -> CanonicalUnit? {
        bytes[text].map { CanonicalUnit(name: "B", factor: $0) }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    private static let timeNames: [(names: [String], seconds: Double, perSecond: Double)] = [
        (["ps", "picosecond", "picoseconds"], 1e-12, 1e12),
        (["ns", "nsec", "nanosecond", "nanoseconds"], 1e-9, 1e9),
        (["us", "\u{B5}s", "\u{3BC}s", "usec", "microsecond", "microseconds"], 1e-6, 1e6),
        (["ms", "msec", "millisecond", "milliseconds"], 1e-3, 1e3),
        (["s", "sec", "secs", "second", "seconds"], 1, 1),
        (["m", "min", "minute", "minutes"], 60, 1 / 60),
        (["h", "hour", "hours"], 3600, 1 / 3600),
    ]

    private static let seconds = Dictionary(
        uniqueKeysWithValues: timeNames.flatMap { row in row.names.map { ($0, row.seconds) } })

    private static let timesPerSecond = Dictionary(
        uniqueKeysWithValues: timeNames.flatMap { row in row.names.map { ($0, row.perSecond) } })

    private static let events: Set<String> = ["ops", "op", "iter", "i", "req", "elem", "#"]

    private static let bytes: [String: Double] = [
        "B": 1, "byte": 1, "bytes": 1,
        "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
        "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824, "TiB": 1_099_511_627_776,
        // What GNU time and ReBench mean by it.
        "kb": 1024, "kbytes": 1024,
    ]
}
