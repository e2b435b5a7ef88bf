package import FleetModel
import FoundationEssentials

/// A moment as people and programs write it in a filter.
package enum GivenTime {
    /// A date (`2026-11-01`, its first moment in UTC), a time of RFC 3339
    /// (`2026-11-01T12:00:00Z`), or so many days before now (`90d`); nil for anything else.
    package static func read(_ text: String) -> ServerTime? {
        if text.hasSuffix("d"), let days = Int(text.dropLast()), (0...36_500).contains(days) {
            return time(Date().addingTimeInterval(-86_400 * Double(days)))
        }
        let whole = text.utf8.count == 10 ? text + "T00:00:00Z" : text
        guard whole.utf8.count <= 40, whole.contains("T"),
            let date = try? Date(whole, strategy: .iso8601)
        else { return nil }
        return time(date)
    }

    private static func time(_ date: Date) -> ServerTime {
        ServerTime(microseconds: Int64((date.timeIntervalSince1970 * 1_000_000).rounded()))
    }
}
