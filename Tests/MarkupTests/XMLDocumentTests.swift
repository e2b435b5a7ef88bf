import Testing

@testable import Markup

@Suite struct XMLDocumentTests {
    private func document(
        _ text: String, limits: XMLLimits = XMLLimits()
    ) throws(XMLFailure) -> XMLDocument {
        try XMLDocument(Array(text.utf8), limits: limits)
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
        let kind: XMLFailure.Kind
    }

    @Test(arguments: [
        Wrong(text: "<a>", kind: .truncated), Wrong(text: "<a", kind: .truncated),
        Wrong(text: "<a b", kind: .truncated), Wrong(text: "<a b=", kind: .truncated),
        Wrong(text: "<a b='", kind: .truncated), Wrong(text: "<a /", kind: .truncated),
        Wrong(text: "<!-", kind: .truncated), Wrong(text: "<?x", kind: .truncated),
        Wrong(text: "<a>&am", kind: .truncated), Wrong(text: "<a></b>", kind: .malformed),
        Wrong(text: "</a>", kind: .malformed), Wrong(text: "<a/><a/>", kind: .malformed),
        Wrong(text: "<a/>t", kind: .malformed), Wrong(text: "<a b/>", kind: .malformed),
        Wrong(text: "<a b=1/>", kind: .malformed),
        Wrong(text: "<a b='<'/>", kind: .malformed),
        Wrong(text: "<a b='1'c='2'/>", kind: .malformed),
        Wrong(text: "<a>&nope;</a>", kind: .malformed),
        Wrong(text: "<a>&#0;</a>", kind: .malformed),
        Wrong(text: "<!DOCTYPE a><a/>", kind: .malformed),
        Wrong(text: "<!ENTITY a 'b'><a/>", kind: .malformed),
        Wrong(text: "< a/>", kind: .malformed),
    ])
    func `what is not well-formed is refused`(_ given: Wrong) {
        let failure = #expect(throws: XMLFailure.self) { try document(given.text) }
        #expect(failure?.kind == given.kind)
        #expect((0...given.text.utf8.count).contains(failure?.offset ?? -1))
    }

    @Test func `depth, length, count and time are checked`() {
        let limits = XMLLimits(depth: 3, nodes: 8, textBytes: 10)
        let many = "<a>\(String(repeating: "<b/>", count: 5))</a>"
        for text in ["<a><a><a><a/>", "<a b='12345678901'/>", "<a>12345678901</a>", many] {
            let failure = #expect(throws: XMLFailure.self) { try document(text, limits: limits) }
            #expect(failure?.kind == .limitExceeded)
        }
        let long = "<a>\(String(repeating: "<b/>", count: 40_000))</a>"
        let failure = #expect(throws: XMLFailure.self) {
            try document(long, limits: XMLLimits { true })
        }
        #expect(failure?.reason == "parsing took too long")
    }

    @Test func `bytes that are not UTF-8 do not stop the reading`() throws {
        let bytes = Array("<a b='".utf8) + [0xFF, 0x27, 0x2F, 0x3E]
        #expect(try XMLDocument(bytes).root["b"] == "\u{FFFD}")
    }

    @Test func `references of any number are resolved in one pass`() throws {
        let text = String(repeating: "&lt;x", count: 100_000)
        #expect(try document("<a>\(text)</a>").root.text.count == 200_000)
    }
}
