import Testing

@testable import FleetModel

@Suite struct HexadecimalTests {
    @Test(arguments: seeds)
    func `bytes survive the way to text and back`(_ seed: UInt64) {
        var generator = SeededGenerator(seed)
        let count = Int.random(in: 0..<40, using: &generator)
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let text = Hexadecimal.text(bytes)
        #expect(text.utf8.count == 2 * count)
        #expect(text.utf8.allSatisfy(Hexadecimal.isLowerCase))
        #expect(Hexadecimal.bytes(text) == bytes)
    }

    @Test(arguments: ["0", "0g", "AB", "0x", "é", " 0", "00 "])
    func `other texts are refused`(_ text: String) {
        #expect(Hexadecimal.bytes(text) == nil)
    }

    @Test func `numbers are padded and cut to the digits asked for`() {
        #expect(Hexadecimal.text(0xAB, digits: 4) == "00ab")
        #expect(Hexadecimal.text(0x1_2345, digits: 4) == "2345")
        #expect(Hexadecimal.text(.max, digits: 16) == "ffffffffffffffff")
        #expect(Hexadecimal.text(1, digits: 0) == "")
    }
}
