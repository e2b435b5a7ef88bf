import Testing

@testable import CommandLine

@Suite struct StyleTests {
    struct Case: Sendable {
        let environment: [String: String]
        var choice: ColorChoice?
        var width: Int? = 80
        let hasColor: Bool
        var hasUnicode = false
    }

    @Test(arguments: [
        Case(environment: ["LANG": "C.UTF-8"], hasColor: true, hasUnicode: true),
        Case(environment: ["LANG": "en_GB.utf8"], width: nil, hasColor: false, hasUnicode: true),
        Case(environment: ["NO_COLOR": "1"], hasColor: false),
        Case(environment: ["NO_COLOR": "1"], choice: .always, hasColor: true),
        Case(environment: ["TERM": "dumb"], hasColor: false),
        Case(environment: ["FLEETMARK_COLOR": "never"], hasColor: false),
        Case(environment: ["FLEETMARK_COLOR": "never"], choice: .always, hasColor: true),
        Case(environment: ["LC_ALL": "C", "LANG": "C.UTF-8"], hasColor: true),
    ])
    func `terminal, flags and locale decide`(_ given: Case) throws {
        let surroundings = Surroundings(
            environment: given.environment, directory: "/", answer: MemorySink(),
            notices: MemorySink(),
            terminal: .init(width: given.width, noticesAreTerminal: true, inputIsTerminal: true))
        let style = try Style(given.choice, surroundings)
        #expect(style == Style(hasColor: given.hasColor, hasUnicode: given.hasUnicode))
    }

    @Test func `a direction is never colour alone`() {
        let unicode = ["regressed", "improved", "unchanged", "unclear", "later"]
            .map(Style.plain.direction)
        #expect(
            unicode == ["▲ regressed", "▼ improved", "= unchanged", "? unclear", "later"])
        let ascii = Style(hasColor: false, hasUnicode: false)
        #expect(ascii.direction("regressed") == "^ regressed")
        #expect(ascii.direction("improved") == "v improved")
    }
}
