import FleetModel

/// A time as pages write it: in UTC, to the second for machines and to the minute for people.
struct Moment: Hashable, Sendable {
    /// `21 Nov 2026, 09:12`.
    let shown: String
    /// `09:12`.
    let clock: String
    /// `21 Nov`.
    let day: String
    /// `2026-11-21T09:12:30Z`.
    let machine: String

    init(_ time: ServerTime) {
        let seconds = Self.floored(time.microseconds, by: 1_000_000).quotient
        let (days, second) = Self.floored(seconds, by: 86400)
        let (year, month, day) = Self.date(ofDay: days)
        let hour = Self.two(second / 3600)
        let minute = Self.two(second / 60 % 60)
        let name = Self.months[Int(month - 1)]
        clock = "\(hour):\(minute)"
        self.day = "\(day)\u{A0}\(name)"
        shown = "\(day)\u{A0}\(name) \(year), \(hour):\(minute)"
        machine =
            "\(year)-\(Self.two(month))-\(Self.two(day))T\(hour):\(minute):"
            + "\(Self.two(second % 60))Z"
    }

    private static func floored(
        _ value: Int64, by divisor: Int64
    ) -> (quotient: Int64, rest: Int64) {
        let rest = value % divisor
        return rest < 0
            ? (value / divisor - 1, rest + divisor) : (value / divisor, rest)
    }

    /// Proleptic Gregorian. Source: Hinnant 2013, "chrono-compatible low-level date algorithms".
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let (era, dayOfEra) = floored(shifted, by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * part + 2) / 5 + 1)
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

/// How long something took: `4.2 s`, `9 min 2 s`, `3 h 20 min`.
enum Span {
    static func text(from start: ServerTime, to end: ServerTime) -> String {
        text(end - start)
    }

    static func text(_ duration: Duration) -> String {
        let space = Figures.thinSpace
        let milliseconds = max(0, duration.wholeMicroseconds / 1000)
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<10:
            return Figures.fixed(Double(milliseconds) / 1000, decimals: 1) + space + "s"
        case ..<60: return "\(seconds)\(space)s"
        case ..<3600: return "\(seconds / 60)\(space)min \(seconds % 60)\(space)s"
        case ..<172_800: return "\(seconds / 3600)\(space)h \(seconds / 60 % 60)\(space)min"
        default: return "\(seconds / 86400)\(space)d \(seconds / 3600 % 24)\(space)h"
        }
    }
}
