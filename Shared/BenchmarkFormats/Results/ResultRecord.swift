/// What one entry of a file says about one metric, in canonical units.
struct ResultRecord {
    let unit: String
    let better: BenchmarkResult.Better
    var headline: (value: Double, statistic: BenchmarkResult.Statistic)?
    var samples: [Double] = []
    /// As long as `samples`, or empty.
    var groups = SampleGroups()
    var stats: [String: Double] = [:]

    init(_ unit: CanonicalUnit, better: BenchmarkResult.Better? = nil) {
        self.unit = unit.name
        self.better = better ?? unit.better
    }

    /// One measured value.
    init(
        _ unit: CanonicalUnit, better: BenchmarkResult.Better? = nil, sample: Double?
    ) throws(ValueFault) {
        self.init(unit, better: better)
        samples = [try unit.value(sample)]
    }

    /// The tool's own figure.
    init(
        _ unit: CanonicalUnit, better: BenchmarkResult.Better? = nil,
        _ statistic: BenchmarkResult.Statistic, _ value: Double?
    ) throws(ValueFault) {
        self.init(unit, better: better)
        headline = (try unit.value(value), statistic)
    }

    /// The tool's own figure.
    init(
        _ unit: CanonicalUnit, better: BenchmarkResult.Better? = nil,
        _ statistic: BenchmarkResult.Statistic, json value: JSONValue
    ) throws(ValueFault) {
        self.init(unit, better: better)
        headline = (try unit.value(value), statistic)
    }
}

/// Why a value cannot be a headline or a sample.
enum ValueFault: Error {
    /// Not a number, or a negative one where none can be.
    case invalid
    case notFinite
    /// Another unit than an earlier record of the same result had.
    case unitDiffers

    var problemClass: ProblemClass { self == .notFinite ? .valueNotFinite : .valueInvalid }

    var message: String {
        switch self {
        case .invalid: "not a number, or a negative one where it must not be"
        case .notFinite: "not a finite number"
        case .unitDiffers: "the unit differs from that of an earlier record"
        }
    }
}

extension CanonicalUnit {
    /// One headline or sample.
    func value(_ json: JSONValue) throws(ValueFault) -> Double {
        guard let number = json.double else {
            throw json.string.map(Self.isNonFiniteWord) == true ? .notFinite : .invalid
        }
        return try value(number)
    }

    /// One headline or sample of a text; nothing, or nil for what is no number, is invalid.
    func value(_ number: Double?) throws(ValueFault) -> Double {
        guard let number else { throw .invalid }
        let value = number * factor
        guard value.isFinite else { throw .notFinite }
        guard value >= 0 || !isNeverNegative else { throw .invalid }
        // Adding turns minus zero into zero.
        return value + 0
    }

    /// All samples of an array; one bad sample spoils the record.
    func values(_ json: JSONValue) throws(ValueFault) -> [Double] {
        guard json.isArray else { throw .invalid }
        var values: [Double] = []
        values.reserveCapacity(json.count)
        for element in json.elements { values.append(try value(element)) }
        return values
    }

    /// A spread figure; nil, not an error, if it is no finite number.
    func figure(_ json: JSONValue?) -> Double? {
        figure(json?.double)
    }

    func figure(_ number: Double?) -> Double? {
        guard let number else { return nil }
        let figure = number * factor
        return figure.isFinite ? figure : nil
    }

    /// The words that tools write for what JSON cannot say.
    private static func isNonFiniteWord(_ text: String) -> Bool {
        ["NaN", "+INF", "-INF", ""].contains(text)
    }
}
