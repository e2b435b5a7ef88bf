import Testing

@testable import Patterns

@Suite struct LinearPatternTests {
    private func groups(_ pattern: String, _ text: String) throws -> [String?]? {
        let bytes = Array(text.utf8)
        return try LinearPattern(pattern).firstMatch(in: bytes)?.map { range in
            range.map { String(decoding: bytes[$0], as: UTF8.self) }
        }
    }

    @Test func `groups of the first match are found`() throws {
        #expect(try groups(#"(\d+)(x)? ms"#, "took 12 ms, 13 ms") == ["12 ms", "12", nil])
        #expect(try groups("b", "aaa") == nil)
        #expect(try groups("^$", "") == [""])
        #expect(try groups("(é)", "né") == ["é", "é"])
    }

    @Test(arguments: [
        (#"(?<value>\d+) (?<unit>\w+)"#, "unit", 2), (#"(?P<value>\d+)"#, "value", 1),
        (#"\(?<a(?<b>x)"#, "b", 1), (#"[(?<a>](?<c>x)"#, "c", 1),
    ])
    func `named groups have their number`(_ pattern: String, _ name: String, _ number: Int) throws {
        #expect(try LinearPattern(pattern).group(named: name) == number)
        #expect(try LinearPattern(pattern).group(named: "absent") == nil)
    }

    @Test(arguments: [
        "(", "(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", #"(a)\1"#, "(?>a)", "a{2000}", "[z-a]",
        String(repeating: "(a)", count: 40), String(repeating: "a", count: 20_000),
    ])
    func `what has no linear time or is too large is refused with a reason`(_ pattern: String) {
        let fault = #expect(throws: LinearPattern.Fault.self) { try LinearPattern(pattern) }
        #expect(fault?.reason.isEmpty == false)
    }

    @Test func `patterns that blow up elsewhere are quick`() throws {
        let text = String(repeating: "a", count: 100_000) + "!"
        #expect(try groups("(a+)+$", text) == nil)
        #expect(try groups("(a|aa)+$", text) == nil)
    }

    @Test func `bytes that are no UTF-8 are passed over`() throws {
        let bytes: [UInt8] = [0xFF, 0xC3] + Array("12".utf8)
        #expect(try LinearPattern(#"\d+"#).firstMatch(in: bytes) == [2..<4])
    }
}
