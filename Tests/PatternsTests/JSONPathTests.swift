import Testing

@testable import Patterns

@Suite struct JSONPathTests {
    @Test(
        arguments: [
            ("$", []), ("$.a.b", [.key("a"), .key("b")]), ("$['a b'].c", [.key("a b"), .key("c")]),
            ("$.a[0][12]", [.key("a"), .index(0), .index(12)]), ("$[*].x", [.all, .key("x")]),
            ("$.a-b_c", [.key("a-b_c")]), ("$['']", [.key("")]),
        ] as [(String, [JSONPath.Step])])
    func `a path is its steps`(_ text: String, _ steps: [JSONPath.Step]) {
        #expect(JSONPath(text)?.steps == steps)
    }

    @Test(arguments: [
        "", "a", "a.b", "$a", "$.", "$..a", "$.*", "$[", "$[]", "$[-1]", "$[1:2]", "$['a]",
        "$['a'", "$[?(@.a)]", "$[99999999999999999999]", "$[\"a\"]", "$[0]x",
        "$" + String(repeating: "[0]", count: 65),
    ])
    func `anything else is no path`(_ text: String) {
        #expect(JSONPath(text) == nil)
    }
}
