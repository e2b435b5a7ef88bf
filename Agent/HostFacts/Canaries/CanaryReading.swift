/// How a host stands by its canaries; the words of the protocol.
package enum CanaryState: String, Sendable, Codable, CaseIterable {
    /// Too little is known to say more.
    case unknown
    case valid, warn, quarantine

    package var isDeviant: Bool { self == .warn || self == .quarantine }
}

/// One canary run a few times.
package struct CanaryReading: Sendable, Equatable {
    package let name: String
    /// Seconds, in order; not empty.
    package let values: [Double]
    /// Of each run alike; `nil` where nothing counted them.
    package let instructions: UInt64?

    package init(name: String, values: [Double], instructions: UInt64? = nil) {
        self.name = name
        self.values = values
        self.instructions = instructions
    }
}

/// A reading beside what it is held against.
package struct CanaryPoint: Sendable, Equatable {
    package let reading: CanaryReading
    package let median: Double
    /// Median absolute deviation, unscaled.
    package let mad: Double
    /// Deviation in robust standard deviations of the reference; `nil` without spread there.
    package let z: Double?
    package let state: CanaryState
    /// Medians outside of these are deviant; `nil` before there is a reference.
    package let limits: ClosedRange<Double>?
    /// What deviates, in one sentence.
    package let reason: String?
}

/// What a canary took when it was first measured on this kernel, microcode and tuning.
package struct CanaryReference: Sendable, Equatable, Codable {
    /// So many runs make a reference.
    package static let size = 10

    package private(set) var values: [Double]
    package private(set) var instructions: UInt64?

    init(_ reading: CanaryReading) {
        values = reading.values
        instructions = reading.instructions
    }

    /// Takes more runs until there are enough.
    mutating func add(_ reading: CanaryReading) {
        values += reading.values
        instructions = instructions ?? reading.instructions
    }

    package var isComplete: Bool { values.count >= Self.size }
    package var median: Double { Middle.median(values) }
    package var mad: Double { Middle.deviation(values) }
    /// Relative spread.
    package var noise: Double { median > 0 ? mad / median : .infinity }

    /// One in a hundred, or five times the spread where that is more.
    package var limits: ClosedRange<Double> {
        let allowed = max(0.01 * median, 5 * mad)
        return (median - allowed)...(median + allowed)
    }
}

/// The middle of a few numbers.
enum Middle {
    /// 0 for none.
    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard let last = sorted.last else { return 0 }
        let middle = sorted.count / 2
        guard sorted.count.isMultiple(of: 2), middle > 0 else {
            return sorted.count == 1 ? last : sorted[middle]
        }
        return (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The median distance from the median.
    static func deviation(_ values: [Double]) -> Double {
        let middle = median(values)
        return median(values.map { abs($0 - middle) })
    }
}
