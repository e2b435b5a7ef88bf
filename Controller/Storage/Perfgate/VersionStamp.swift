import FleetModel

/// The name of a version that a client did not name: `20261121-234500`, in UTC.
enum VersionStamp {
    static func text(at time: ServerTime) -> String {
        let (day, second) = CivilDay.of(time)
        let date = CivilDay(number: day)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let year = String(repeating: "0", count: max(0, 4 - "\(date.year)".count)) + "\(date.year)"
        return year + two(date.month) + two(date.day) + "-" + two(second / 3600)
            + two(second / 60 % 60) + two(second % 60)
    }
}
