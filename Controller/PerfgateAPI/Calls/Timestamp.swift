import FleetModel

/// Times as perfgate writes them: RFC 3339 (perfgate contract, §2.4).
enum Timestamp {
    /// In UTC with six digits behind the point.
    static func text(_ time: ServerTime) -> String {
        let (number, second) = CivilDay.of(time)
        let day = CivilDay(number: number)
        let (_, rest) = time.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let fraction = rest < 0 ? rest + 1_000_000 : rest
        return padded(day.year, 4) + "-" + padded(day.month, 2) + "-" + padded(day.day, 2) + "T"
            + padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":"
            + padded(second % 60, 2) + "." + padded(fraction, 6) + "Z"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = "\(value)"
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// With an offset or `Z`, a blank being taken for the `T`; nil for anything else, also for a
    /// date alone. What is finer than a microsecond is cut off.
    static func read(_ text: String) -> ServerTime? {
        guard text.utf8.count <= 64 else { return nil }
        var rest = Array(text.utf8)[...]
        guard let year = number(4, &rest), take("-", &rest), let month = number(2, &rest),
            take("-", &rest), let date = number(2, &rest),
            let day = CivilDay(year: year, month: month, day: date),
            take("T", &rest) || take("t", &rest) || take(" ", &rest),
            let hour = number(2, &rest), take(":", &rest), let minute = number(2, &rest),
            take(":", &rest), let second = number(2, &rest),
            hour < 24, minute < 60, second <= 60,
            let fraction = fraction(&rest), let offset = offset(&rest), rest.isEmpty
        else { return nil }
        // A leap second is the last one of its minute.
        let seconds = day.number * 86_400 + hour * 3600 + minute * 60 + min(second, 59) - offset
        let time = ServerTime(microseconds: seconds * 1_000_000 + fraction)
        // An offset may lead out of the years that can be written.
        return (0...9999).contains(CivilDay(number: CivilDay.of(time).day).year) ? time : nil
    }

    private static func take(_ scalar: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: scalar) else { return false }
        rest.removeFirst()
        return true
    }

    private static func number(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Int64? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(isDigit) else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// In microseconds; 0 without a point.
    private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard take(".", &rest) else { return 0 }
        let digits = rest.prefix(while: isDigit)
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        let six = Array(digits.prefix(6)) + [UInt8](repeating: UInt8(ascii: "0"), count: 6)
        return six.prefix(6).reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// In seconds east of UTC.
    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        if take("Z", &rest) || take("z", &rest) { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        guard take("+", &rest) || take("-", &rest), let hours = number(2, &rest),
            take(":", &rest), let minutes = number(2, &rest), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return isWest ? -seconds : seconds
    }
}

/// A time in a body: 422 for what is none.
struct GivenTimestamp: Decodable {
    let time: ServerTime

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = Timestamp.read(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "The value should be a time such as 2026-11-21T23:45:00Z.")
        }
        self.time = time
    }
}
