/// Unpacks gzip, which pyperf writes. Source: RFC 1952 and RFC 1951.
struct Gunzip {
    private let input: [UInt8]
    private let limit: Int
    private var place = 0
    private var bits: UInt32 = 0
    private var bitCount: UInt32 = 0
    private var output: [UInt8] = []

    /// At most `limit` bytes come out. Refusals are `malformed`, `truncated`, `limit_exceeded`.
    static func inflate(_ bytes: [UInt8], limit: Int) throws(ParseRefusal) -> [UInt8] {
        var unpacking = Gunzip(input: bytes, limit: limit)
        do throws(SyntaxFailure) {
            try unpacking.skipHeader()
            try unpacking.readBlocks()
            try unpacking.checkTrailer()
        } catch {
            throw ParseRefusal(error.problemClass, "gzip at byte \(error.offset): \(error.reason)")
        }
        return unpacking.output
    }

    private init(input: [UInt8], limit: Int) {
        self.input = input
        self.limit = limit
    }

    private mutating func skipHeader() throws(SyntaxFailure) {
        guard try byte() == 0x1F, try byte() == 0x8B, try byte() == 8 else {
            throw failure(.malformed, "an unknown header")
        }
        let flags = try byte()
        for _ in 0..<6 { _ = try byte() }
        if flags & 4 != 0 {
            let length = Int(try byte()) | Int(try byte()) << 8
            for _ in 0..<length { _ = try byte() }
        }
        for flag: UInt8 in [8, 16] where flags & flag != 0 {
            while try byte() != 0 {}
        }
        if flags & 2 != 0 { for _ in 0..<2 { _ = try byte() } }
    }

    private mutating func readBlocks() throws(SyntaxFailure) {
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            switch try take(2) {
            case 0: try readStored()
            case 1: try readCoded(.fixedLiterals, .fixedDistances)
            case 2:
                let (literals, distances) = try readTables()
                try readCoded(literals, distances)
            default: throw failure(.malformed, "an unknown kind of block")
            }
        }
    }

    private mutating func readStored() throws(SyntaxFailure) {
        (bits, bitCount) = (0, 0)
        let length = Int(try byte()) | Int(try byte()) << 8
        let check = Int(try byte()) | Int(try byte()) << 8
        guard length == ~check & 0xFFFF else { throw failure(.malformed, "a wrong length") }
        for _ in 0..<length { try emit(try byte()) }
    }

    private mutating func readCoded(
        _ literals: PrefixCode, _ distances: PrefixCode
    ) throws(SyntaxFailure) {
        while true {
            let symbol = try self.symbol(literals)
            if symbol < 256 {
                try emit(UInt8(truncatingIfNeeded: symbol))
            } else if symbol == 256 {
                return
            } else {
                guard symbol - 257 < Self.lengths.count else {
                    throw failure(.malformed, "an unknown length")
                }
                let (base, extra) = Self.lengths[symbol - 257]
                let length = base + Int(try take(extra))
                try copy(length, try self.symbol(distances))
            }
        }
    }

    private mutating func copy(_ length: Int, _ code: Int) throws(SyntaxFailure) {
        guard code < Self.distances.count else { throw failure(.malformed, "an unknown distance") }
        let (base, extra) = Self.distances[code]
        let distance = base + Int(try take(extra))
        guard distance <= output.count else {
            throw failure(.malformed, "a distance before the beginning")
        }
        for _ in 0..<length { try emit(output[output.count - distance]) }
    }

    private mutating func readTables() throws(SyntaxFailure) -> (PrefixCode, PrefixCode) {
        let literalCount = Int(try take(5)) + 257
        let distanceCount = Int(try take(5)) + 1
        let codeCount = Int(try take(4)) + 4
        var lengths = [UInt8](repeating: 0, count: 19)
        for place in Self.codeOrder.prefix(codeCount) {
            lengths[place] = UInt8(truncatingIfNeeded: try take(3))
        }
        let code = PrefixCode(lengths)
        var all: [UInt8] = []
        while all.count < literalCount + distanceCount {
            switch try symbol(code) {
            case let length where length < 16: all.append(UInt8(truncatingIfNeeded: length))
            case 16:
                guard let last = all.last else { throw failure(.malformed, "nothing to repeat") }
                all += Array(repeating: last, count: 3 + Int(try take(2)))
            case 17: all += Array(repeating: 0, count: 3 + Int(try take(3)))
            default: all += Array(repeating: 0, count: 11 + Int(try take(7)))
            }
        }
        guard all.count == literalCount + distanceCount else {
            throw failure(.malformed, "too many lengths")
        }
        return (PrefixCode(Array(all[..<literalCount])), PrefixCode(Array(all[literalCount...])))
    }

    /// The length of what came out, modulo 2^32; the checksum before it is not needed to be safe.
    private mutating func checkTrailer() throws(SyntaxFailure) {
        (bits, bitCount) = (0, 0)
        for _ in 0..<4 { _ = try byte() }
        var length = 0
        for shift in 0..<4 { length |= Int(try byte()) << (8 * shift) }
        guard length == output.count & 0xFFFF_FFFF else {
            throw failure(.malformed, "the length at the end is another one")
        }
    }
}

extension Gunzip {
    private mutating func byte() throws(SyntaxFailure) -> UInt8 {
        guard place < input.count else { throw failure(.truncated, "the input ended early") }
        defer { place += 1 }
        return input[place]
    }

    private mutating func take(_ count: UInt32) throws(SyntaxFailure) -> UInt32 {
        while bitCount < count {
            bits |= UInt32(try byte()) << bitCount
            bitCount += 8
        }
        defer {
            bits >>= count
            bitCount -= count
        }
        return bits & ((1 << count) - 1)
    }

    private mutating func emit(_ byte: UInt8) throws(SyntaxFailure) {
        guard output.count < limit else {
            throw failure(.limitExceeded, "more than \(limit) bytes come out")
        }
        output.append(byte)
    }

    /// RFC 1951, section 3.2.2, read bit by bit: at most 15 steps.
    private mutating func symbol(_ code: PrefixCode) throws(SyntaxFailure) -> Int {
        var value = 0
        var first = 0
        var index = 0
        for count in code.counts.dropFirst() {
            value |= Int(try take(1))
            // Lengths that leave no room for each other put the first code behind the value.
            guard value >= first else { break }
            if value - first < count { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw failure(.malformed, "an unknown code")
    }

    private func failure(_ kind: SyntaxFailure.Kind, _ reason: String) -> SyntaxFailure {
        SyntaxFailure(kind: kind, offset: place, reason: reason)
    }

    /// A canonical prefix code: how many codes have each length, and their symbols in order.
    private struct PrefixCode {
        private(set) var counts = [Int](repeating: 0, count: 16)
        let symbols: [Int]

        init(_ lengths: [UInt8]) {
            for length in lengths where length > 0 { counts[Int(length & 15)] += 1 }
            symbols = lengths.indices.filter { lengths[$0] > 0 }
                .sorted { (lengths[$0], $0) < (lengths[$1], $1) }
        }

        static let fixedLiterals = PrefixCode(
            (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
        static let fixedDistances = PrefixCode([UInt8](repeating: 5, count: 30))
    }

    private static let codeOrder = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ]

    private static let lengths: [(Int, UInt32)] = [
        (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1),
        (15, 1), (17, 1), (19, 2), (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3),
        (67, 4), (83, 4), (99, 4), (115, 4), (131, 5), (163, 5), (195, 5), (227, 5), (258, 0),
    ]

    private static let distances: [(Int, UInt32)] = {
        var table: [(Int, UInt32)] = [(1, 0), (2, 0)]
        for extra in 0..<14 {
            table.append((1 + (2 << extra), UInt32(extra)))
            table.append((1 + (3 << extra), UInt32(extra)))
        }
        return table
    }()
}
