import Testing

@testable import FleetModel

@Suite struct IdentifierTests {
    private static let valid = "0193f3c8-7e5d-7abc-8123-456789abcdef"

    @Test func `the lower-case form is accepted and kept`() {
        #expect(RunID(Self.valid)?.text == Self.valid)
        #expect(RunID(Self.valid)?.description == Self.valid)
    }

    @Test(arguments: [
        "", "0193f3c8", "0193F3C8-7E5D-7ABC-8123-456789ABCDEF",
        "0193f3c87e5d7abc8123456789abcdef", "0193f3c8-7e5d-7abc-8123-456789abcdeg",
        "0193f3c8-7e5d-7abc-8123-456789abcdef ", "{193f3c8-7e5d-7abc-8123-456789abcde}",
        "0193f3c8_7e5d_7abc_8123_456789abcdef", "0193f3c8-7e5d-7abc-8123-456789abcdé",
    ])
    func `every other text is refused`(_ text: String) {
        #expect(RunID(text) == nil)
    }

    @Test(arguments: seeds)
    func `fresh ones are valid, of version 7 and sorted by age`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        let earlier = Int64.random(in: 0..<(1 << 50), using: &generator)
        let later = earlier + Int64.random(in: 1000..<(1 << 40), using: &generator)
        let first = HostID(at: ServerTime(microseconds: earlier), using: &generator)
        let second = HostID(at: ServerTime(microseconds: later), using: &generator)
        #expect(HostID(first.text) == first)
        let characters = Array(first.text)
        #expect(characters[14] == "7")
        #expect("89ab".contains(characters[19]))
        #expect(first < second)
    }

    @Test(arguments: [Int64.min, -1, 0, .max])
    func `a time out of range still makes a valid one`(_ microseconds: Int64) {
        var generator = SeededGenerator(1)
        let time = ServerTime(microseconds: microseconds)
        let made = JobID(at: time, using: &generator)
        #expect(JobID(made.text) == made)
    }
}
