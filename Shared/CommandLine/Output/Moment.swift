import Glibc

/// A time for people: `2026-03-01 14:05:09 +01:00`, or in UTC with a `Z`.
enum Moment {
    static func text(_ microseconds: Int64?, utc: Bool) -> String {
        guard let microseconds else { return "" }
        var seconds = time_t(microseconds / 1_000_000)
        var parts = tm()
        let isKnown = utc ? gmtime_r(&seconds, &parts) : localtime_r(&seconds, &parts)
        guard isKnown != nil else { return "?" }
        let date = [Int(parts.tm_year) + 1_900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
            .map(twoDigits).joined(separator: "-")
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { twoDigits(Int($0)) }
            .joined(separator: ":")
        if utc { return "\(date) \(time)Z" }
        let minutes = Int(parts.tm_gmtoff) / 60
        let sign = minutes < 0 ? "-" : "+"
        let offset = abs(minutes)
        return "\(date) \(time) \(sign)\(twoDigits(offset / 60)):\(twoDigits(offset % 60))"
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 && number >= 0 ? "0\(number)" : "\(number)"
    }
}
