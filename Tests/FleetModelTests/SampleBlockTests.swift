import Testing

@testable import FleetModel

@Suite struct SampleBlockTests {
    private static func random(_ generator: inout SeededGenerator) -> SampleBlock {
        let count = Int.random(in: 0..<50, using: &generator)
        let special: [Double] = [0, -0.0, .infinity, .leastNonzeroMagnitude, 1e308, -1]
        return SampleBlock(
            (0..<count).map { index in
                SampleBlock.Sample(
                    iteration: generator.next() % 8 == 0
                        ? generator.extremeInteger() : Int64(index),
                    visit: Int64(index / 7),
                    value: generator.next() % 4 == 0
                        ? special[Int.random(in: special.indices, using: &generator)]
                        : Double.random(in: 0..<1e9, using: &generator),
                    validity: Validity.allCases[Int.random(in: 0..<3, using: &generator)])
            })
    }

    @Test(arguments: seeds)
    func `samples survive the way to bytes and back`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        let block = Self.random(&generator)
        let read = try #require(SampleBlock(decoding: block.encoded()))
        #expect(read == block)
        #expect(read.samples.map(\.value.bitPattern) == block.samples.map(\.value.bitPattern))
    }

    @Test func `the layout of version 1 stays`() {
        let block = SampleBlock([
            SampleBlock.Sample(iteration: 0, visit: 0, value: 1),
            SampleBlock.Sample(iteration: 200, visit: 1, value: -2, validity: .invalid),
        ])
        let one: [UInt8] = [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]
        let minusTwo: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0xC0]
        #expect(block.encoded() == [1, 2, 0, 0x90, 3, 0, 2, 0, 2] + one + minusTwo)
        #expect(SampleBlock([]).encoded() == [1, 0])
    }

    @Test func `no number is not a number with the same bits`() throws {
        let odd = Double(bitPattern: 0x7FF8_0000_0000_1234)
        let block = SampleBlock([SampleBlock.Sample(iteration: 0, visit: 0, value: odd)])
        let read = try #require(SampleBlock(decoding: block.encoded()))
        #expect(read.samples.first?.value.bitPattern == odd.bitPattern)
    }

    @Test(arguments: seeds)
    func `a shortened or lengthened block is refused`(_ seed: UInt64) {
        var generator = SeededGenerator(seed)
        let bytes = Self.random(&generator).encoded()
        #expect(SampleBlock(decoding: bytes.dropLast()) == nil)
        #expect(SampleBlock(decoding: bytes + [0]) == nil)
        #expect(SampleBlock(decoding: [2] + bytes.dropFirst()) == nil)
    }

    @Test(arguments: seeds)
    func `no bytes trap`(_ seed: UInt64) {
        var generator = SeededGenerator(seed)
        var bytes = Self.random(&generator).encoded()
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                in: 0...255, using: &generator)
        }
        if let read = SampleBlock(decoding: bytes) { #expect(read.encoded() == bytes) }
    }

    @Test func `a longer form of a number is refused`() {
        #expect(SampleBlock(decoding: [1, 0]) != nil)
        #expect(SampleBlock(decoding: [1, 0x80, 0]) == nil)
        #expect(SampleBlock(decoding: [1, 0x81, 0]) == nil)
    }

    @Test(arguments: [
        [], [1], [1, 0x80], [1] + [UInt8](repeating: 0xFF, count: 10),
        [1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [1, 1, 0, 0, 3],
    ])
    func `a count beyond the bytes and an unknown validity are refused`(_ bytes: [UInt8]) {
        #expect(SampleBlock(decoding: bytes) == nil)
    }
}

extension SampleBlock {
    fileprivate init?(decoding bytes: ArraySlice<UInt8>) { self.init(decoding: Array(bytes)) }
}
