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
        let (number, second) = CivilDay.of(time)
        let date = CivilDay(number: number)
        let hour = Self.two(second / 3600)
        let minute = Self.two(second / 60 % 60)
        let name = Self.months[Int(date.month - 1)]
        clock = "\(hour):\(minute)"
        day = "\(date.day)\u{A0}\(name)"
        shown = "\(day) \(date.year), \(hour):\(minute)"
        machine =
            "\(date.year)-\(Self.two(date.month))-\(Self.two(date.day))T\(hour):\(minute):"
            + "\(Self.two(second % 60))Z"
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
