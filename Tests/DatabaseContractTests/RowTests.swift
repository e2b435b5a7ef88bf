import Database
import Testing

@Suite struct RowTests {
    private let row = Row(
        shape: .init(columns: ["i", "r", "s", "b", "n", "i"]),
        values: [.integer(1), .real(0.5), .text("x"), .blob([1]), .null, .integer(2)])

    @Test func `each kind has its reader and the first of two names counts`() throws {
        #expect(try row.integer("i") == 1)
        #expect(try row.real("r") == 0.5)
        #expect(try row.text("s") == "x")
        #expect(try row.blob("b") == [1])
        #expect(try row.bool("i"))
        #expect(try row.optionalBool("n") == nil)
        #expect(try row.real("i") == 1)
        #expect(try row.value(at: 5) == .integer(2))
    }

    @Test func `null and other kinds are refused`() {
        #expect(throws: DatabaseFailure.wrongType(column: "n", expected: "text", found: "null")) {
            try row.text("n")
        }
        #expect(
            throws: DatabaseFailure.wrongType(column: "r", expected: "integer", found: "real")
        ) {
            try row.integer("r")
        }
        #expect(throws: DatabaseFailure.missingColumn("x")) { try row.optionalText("x") }
        #expect(throws: DatabaseFailure.missingColumn("6")) { try row.value(at: 6) }
        #expect(throws: DatabaseFailure.missingColumn("-1")) { try row.value(at: -1) }
    }

    @Test func `a double that does not hold an integer is no real`() {
        let big = Row(shape: .init(columns: ["i"]), values: [.integer(.max)])
        #expect(throws: DatabaseFailure.self) { try big.real("i") }
    }

    @Test func `any text splits into tokens without a trap`() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = [UInt8]("a'\"$1-/*;? \n\0\u{FF}".utf8)
        for _ in 0..<200 {
            let bytes = (0..<40).compactMap { _ in alphabet.randomElement(using: &generator) }
            var last = 0
            for token in SQLScanner.tokens(of: bytes) {
                #expect(token.range.lowerBound >= last && !token.range.isEmpty)
                last = token.range.upperBound
            }
            #expect(last <= bytes.count)
        }
    }
}
