/// The samples of one measurement, kept together in one compact block of bytes.
///
/// Layout, version 1: byte 1; count; then per sample, each as a column: iteration (zigzag delta),
/// visit (zigzag delta), validity (one byte), value (IEEE 754, least significant byte first).
/// Integers are LEB128.
package struct SampleBlock: Hashable, Sendable {
    package let samples: [Sample]

    /// One repetition's value.
    package struct Sample: Hashable, Sendable {
        /// Counted per benchmark, parameters and role from 0.
        package let iteration: Int64
        /// Which fresh process of the attempt made it, from 0.
        package let visit: Int64
        package let value: Double
        package let validity: Validity

        package init(iteration: Int64, visit: Int64, value: Double, validity: Validity = .clean) {
            self.iteration = iteration
            self.visit = visit
            self.value = value
            self.validity = validity
        }
    }

    package init(_ samples: [Sample]) { self.samples = samples }

    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = [1]
        bytes.reserveCapacity(2 + samples.count * 11)
        Self.append(UInt64(samples.count), to: &bytes)
        Self.appendDeltas(samples.map(\.iteration), to: &bytes)
        Self.appendDeltas(samples.map(\.visit), to: &bytes)
        for sample in samples { bytes.append(sample.validity.code) }
        for sample in samples {
            let pattern = sample.value.bitPattern
            for shift in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: pattern >> UInt64(shift)))
            }
        }
        return bytes
    }

    /// - Returns: nil for any bytes that `encoded()` did not make.
    package init?(decoding bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard reader.byte() == 1, let count = reader.integer(), count <= UInt64(bytes.count),
            let iterations = reader.deltas(Int(count)), let visits = reader.deltas(Int(count))
        else { return nil }
        var validities: [Validity] = []
        for _ in 0..<count {
            guard let code = reader.byte(), let validity = Validity(code: code) else { return nil }
            validities.append(validity)
        }
        var samples: [Sample] = []
        samples.reserveCapacity(Int(count))
        for index in 0..<Int(count) {
            guard let value = reader.double() else { return nil }
            samples.append(
                Sample(
                    iteration: iterations[index], visit: visits[index], value: value,
                    validity: validities[index]))
        }
        guard reader.isAtEnd else { return nil }
        self.samples = samples
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func appendDeltas(_ values: [Int64], to bytes: inout [UInt8]) {
        var previous: Int64 = 0
        for value in values {
            let delta = value &- previous
            append(UInt64(bitPattern: delta << 1 ^ delta >> 63), to: &bytes)
            previous = value
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool { position == bytes.count }

        mutating func byte() -> UInt8? {
            guard position < bytes.count else { return nil }
            defer { position += 1 }
            return bytes[position]
        }

        /// Nil also for a longer form than the shortest: a block has one form only.
        mutating func integer() -> UInt64? {
            var value: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 64, by: 7) {
                guard let next = byte() else { return nil }
                value |= UInt64(next & 0x7F) << shift
                guard next < 0x80 else { continue }
                let isLonger = shift > 0 && next == 0
                let isTooLarge = shift == 63 && next > 1
                return isLonger || isTooLarge ? nil : value
            }
            return nil
        }

        mutating func deltas(_ count: Int) -> [Int64]? {
            var values: [Int64] = []
            var previous: Int64 = 0
            for _ in 0..<count {
                guard let coded = integer() else { return nil }
                previous = previous &+ (Int64(bitPattern: coded >> 1) ^ -Int64(coded & 1))
                values.append(previous)
            }
            return values
        }

        mutating func double() -> Double? {
            var pattern: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                guard let next = byte() else { return nil }
                pattern |= UInt64(next) << shift
            }
            return Double(bitPattern: pattern)
        }
    }
}
