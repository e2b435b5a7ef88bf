import Testing

@testable import BenchmarkFormats

@Suite struct XMLDocumentTests {
    private func document(
        _ text: String, limits: ParseLimits = ParseLimits()
    ) throws(ParseRefusal) -> XMLDocument {
        try XMLDocument(
            try DecodedText(Array(text.utf8)), limits: limits, deadline: ParseDeadline(.seconds(60))
        )
    }

    @Test func `elements, attributes and text are found`() throws {
        let root = try document(
            """
            <?xml version="1.0"?><!-- c --><r a="1" b = '&lt;&#65;&#x42;"'>
              <c x=""/>t &amp; u<![CDATA[<raw&>]]><c x="2">in</c >
            </r>
            """
        ).root
        #expect(root.name == "r")
        #expect(root["a"] == "1")
        #expect(root["b"] == "<AB\"")
        #expect(root["z"] == nil)
        #expect(root.children.map { $0["x"] } == ["", "2"])
        #expect(root.child("c")?.text == "")
        #expect(root.text.contains("t & u<raw&>"))
    }

    @Test func `an attribute is not taken for one whose name begins alike`() throws {
        #expect(try document(#"<r value-of="1" value="2"/>"#).root["value"] == "2")
    }

    struct Wrong: Sendable {
        let text: String
        let problem: ProblemClass
    }

    @Test(arguments: [
        Wrong(text: "<a>", problem: .truncated), Wrong(text: "<a", problem: .truncated),
        Wrong(text: "<a b", problem: .truncated), Wrong(text: "<a b=", problem: .truncated),
        Wrong(text: "<a b='", problem: .truncated), Wrong(text: "<a /", problem: .truncated),
        Wrong(text: "<!-", problem: .truncated), Wrong(text: "<?x", problem: .truncated),
        Wrong(text: "<a>&am", problem: .truncated), Wrong(text: "<a></b>", problem: .malformed),
        Wrong(text: "</a>", problem: .malformed), Wrong(text: "<a/><a/>", problem: .malformed),
        Wrong(text: "<a/>t", problem: .malformed), Wrong(text: "<a b/>", problem: .malformed),
        Wrong(text: "<a b=1/>", problem: .malformed),
        Wrong(text: "<a b='<'/>", problem: .malformed),
        Wrong(text: "<a b='1'c='2'/>", problem: .malformed),
        Wrong(text: "<a>&nope;</a>", problem: .malformed),
        Wrong(text: "<a>&#0;</a>", problem: .malformed),
        Wrong(text: "<!DOCTYPE a><a/>", problem: .malformed),
        Wrong(text: "<!ENTITY a 'b'><a/>", problem: .malformed),
        Wrong(text: "< a/>", problem: .malformed),
    ])
    func `what is not well-formed is refused`(_ given: Wrong) {
        let refusal = #expect(throws: ParseRefusal.self) { try document(given.text) }
        #expect(refusal?.problem.problemClass == given.problem)
        #expect(refusal?.problem.position != nil)
    }

    @Test func `depth, length and encoding are checked`() {
        var limits = ParseLimits()
        limits.depth = 3
        limits.stringBytes = 10
        for text in ["<a><a><a><a/>", "<a b='12345678901'/>", "<a>12345678901</a>"] {
            let refusal = #expect(throws: ParseRefusal.self) { try document(text, limits: limits) }
            #expect(refusal?.problem.problemClass == .limitExceeded)
        }
        let report = BenchmarkParser.parse(
            bytes: Array("<Catch a='".utf8) + [0xFF, 0x27, 0x2F, 0x3E])
        #expect(report.problems == ["invalid_encoding - -"])
    }
}
