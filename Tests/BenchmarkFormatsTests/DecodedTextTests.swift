import Testing

@testable import BenchmarkFormats

@Suite struct DecodedTextTests {
    struct Case: Sendable { let bytes: [UInt8]; let text: String?; let start: Int }

    @Test(arguments: [
        Case(bytes: [0xEF, 0xBB, 0xBF, 0x61], text: "\u{FEFF}a", start: 3),
        Case(bytes: [0xFF, 0xFE, 0x61, 0, 0x3D, 0xD8, 0x00, 0xDE], text: "a😀", start: 0),
        Case(bytes: [0xFE, 0xFF, 0, 0x61, 0xD8, 0x3D, 0xDE, 0x00], text: "a😀", start: 0),
        Case(bytes: [0xFF, 0xFE], text: "", start: 0),
        Case(bytes: [0xFF, 0xFE, 0x61], text: nil, start: 0),
        Case(bytes: [0xFF, 0xFE, 0x3D, 0xD8], text: nil, start: 0),
        Case(bytes: [], text: "", start: 0),
    ])
    func `a byte order mark is honoured`(_ given: Case) {
        do throws(ParseRefusal) {
            let decoded = try DecodedText(given.bytes)
            #expect(String(decoding: decoded.bytes, as: UTF8.self) == given.text)
            #expect(decoded.start == given.start)
        } catch {
            #expect(given.text == nil)
            #expect(error.problem.problemClass == .invalidEncoding)
        }
    }
}
