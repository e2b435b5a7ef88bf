import FoundationEssentials
import Testing

@testable import FleetModel

@Suite struct ParametersTests {
    @Test func `the order of making does not matter`() {
        let parameters = Parameters(["threads": "4", "Size": "1", "ä": "2", "size": "3"])
        #expect(parameters.pairs.map(\.name) == ["Size", "size", "threads", "ä"])
        #expect(
            parameters.canonicalText == #"{"Size":"1","size":"3","threads":"4","ä":"2"}"#)
        #expect(parameters["threads"] == "4")
        #expect(parameters["none"] == nil)
        #expect(Parameters.none.canonicalText == "{}")
    }

    @Test func `values stay with their names`() {
        let values = ["a": "1", "b": "", "": "c"]
        #expect(Parameters(values).values == values)
    }

    @Test(arguments: seeds)
    func `the text is JSON that gives back the values`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        var values: [String: String] = [:]
        for _ in 0..<Int.random(in: 0..<6, using: &generator) {
            values[Self.text(&generator)] = Self.text(&generator)
        }
        let text = Parameters(values).canonicalText
        let read = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        #expect(read == values)
        #expect(Parameters(read).canonicalText == text)
    }

    /// Control characters, quotes and letters of several planes.
    private static func text(_ generator: inout SeededGenerator) -> String {
        let letters = Array("\u{0}\u{1}\u{1F}\"\\/\n\r\tab0é→🙂\u{7F}\u{2028}".unicodeScalars)
        var text = ""
        for _ in 0..<Int.random(in: 0..<8, using: &generator) {
            text.unicodeScalars.append(
                letters[Int.random(in: letters.indices, using: &generator)])
        }
        return text
    }
}
