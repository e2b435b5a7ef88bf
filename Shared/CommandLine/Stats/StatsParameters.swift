import BenchmarkFormats

/// A request that cannot be read; the operations' own refusals are `StatisticsFailure`s.
enum StatsRefusal: Error, Equatable {
    case badRequest(String)
    case unknownOperation(String)

    var code: String {
        switch self {
        case .badRequest: "bad_request"
        case .unknownOperation: "unknown_op"
        }
    }

    var message: String {
        switch self {
        case .badRequest(let message): message
        case .unknownOperation(let name): "there is no operation `\(name)`"
        }
    }
}

/// The parameters of one operation, read by name; null counts as absent.
struct StatsParameters {
    private let object: JSONValue

    /// - Throws: `badRequest` for anything but an object.
    init(_ value: JSONValue, named name: String) throws(StatsRefusal) {
        guard value.isObject else { throw .badRequest("\(name) must be an object") }
        object = value
    }

    private func value(_ key: StaticString) -> JSONValue? {
        object[key].flatMap { $0.isNull ? nil : $0 }
    }

    func isGiven(_ key: StaticString) -> Bool { value(key) != nil }

    func object(_ key: StaticString) throws(StatsRefusal) -> StatsParameters? {
        guard let value = value(key) else { return nil }
        return try StatsParameters(value, named: "\(key)")
    }

    func number(_ key: StaticString) throws(StatsRefusal) -> Double? {
        guard let value = value(key) else { return nil }
        return try Self.number(value, key)
    }

    func number(_ key: StaticString, default fallback: Double) throws(StatsRefusal) -> Double {
        try number(key) ?? fallback
    }

    func required(_ key: StaticString) throws(StatsRefusal) -> Double {
        guard let number = try number(key) else { throw .badRequest("\(key) is missing") }
        return number
    }

    /// A whole number; 5.0 is one.
    func integer(_ key: StaticString) throws(StatsRefusal) -> Int? {
        guard let value = value(key) else { return nil }
        if case .signed(let exact) = value.number?.integer { return Int(exact) }
        if case .unsigned(let exact) = value.number?.integer, let whole = Int(exactly: exact) {
            return whole
        }
        guard let whole = Int(exactly: try Self.number(value, key)) else {
            throw .badRequest("\(key) must be a whole number")
        }
        return whole
    }

    func integer(_ key: StaticString, default fallback: Int) throws(StatsRefusal) -> Int {
        try integer(key) ?? fallback
    }

    /// A whole number of 64 bits.
    func seed(_ key: StaticString) throws(StatsRefusal) -> UInt64 {
        guard let value = value(key) else { return 0 }
        switch value.number?.integer {
        case .unsigned(let seed): return seed
        case .signed(let seed) where seed >= 0: return UInt64(seed)
        default: throw .badRequest("\(key) must be a whole number from 0 to 2^64 - 1")
        }
    }

    func flag(_ key: StaticString, default fallback: Bool = false) throws(StatsRefusal) -> Bool {
        guard let value = value(key) else { return fallback }
        guard let flag = value.bool else { throw .badRequest("\(key) must be true or false") }
        return flag
    }

    /// One of a fixed set of words.
    func word<Word: RawRepresentable>(
        _ key: StaticString, default fallback: Word
    ) throws(StatsRefusal) -> Word where Word.RawValue == String {
        guard let value = value(key) else { return fallback }
        guard let word = value.string.flatMap(Word.init(rawValue:)) else {
            throw .badRequest("\(key) is no word that is known")
        }
        return word
    }

    func numbers(_ key: StaticString) throws(StatsRefusal) -> [Double] {
        guard let value = value(key) else { throw .badRequest("\(key) is missing") }
        return try Self.numbers(value, key)
    }

    /// Numbers of which some may be null.
    func sparseNumbers(_ key: StaticString) throws(StatsRefusal) -> [Double?] {
        guard let value = value(key) else { throw .badRequest("\(key) is missing") }
        guard value.isArray else { throw .badRequest("\(key) must be an array of numbers") }
        var numbers: [Double?] = []
        numbers.reserveCapacity(value.count)
        for element in value.elements {
            numbers.append(element.isNull ? nil : try Self.number(element, key))
        }
        return numbers
    }

    func groups(_ key: StaticString) throws(StatsRefusal) -> [[Double]] {
        guard let value = value(key), value.isArray else {
            throw .badRequest("\(key) must be an array of arrays of numbers")
        }
        var groups: [[Double]] = []
        for element in value.elements { groups.append(try Self.numbers(element, key)) }
        return groups
    }

    private static func numbers(
        _ value: JSONValue, _ key: StaticString
    ) throws(StatsRefusal) -> [Double] {
        guard value.isArray else { throw .badRequest("\(key) must be an array of numbers") }
        var numbers: [Double] = []
        numbers.reserveCapacity(value.count)
        for element in value.elements { numbers.append(try number(element, key)) }
        return numbers
    }

    /// Infinities and NaN are written as texts; what takes them is for the operation to say.
    private static func number(
        _ value: JSONValue, _ key: StaticString
    ) throws(StatsRefusal) -> Double {
        if let number = value.double { return number }
        switch value.string {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: throw .badRequest("\(key) must be made of numbers")
        }
    }
}
