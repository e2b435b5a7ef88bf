import Testing

@Suite struct CodeBlankerTests {
    struct Case {
        let text: String
        let code: String
        var language = SourceText.Language.swift
    }

    @Test(arguments: [
        Case(text: "a // b\nc", code: "a     \nc"),
        Case(text: "a /* b /* c */ d */ e", code: "a                   e"),
        Case(text: "a /* b /* c */ d", code: "a              d", language: .c),
        Case(text: #"x("a ! b")"#, code: #"x("     ")"#),
        Case(text: #"x("a\"!\\")y"#, code: #"x("      ")y"#),
        Case(text: #""\(a!) b""#, code: #"" (a!)  ""#),
        Case(text: #""\(f("!")) b""#, code: #"" (f(" "))  ""#),
        Case(text: "##\"a\"# \\(b)\"##c", code: "##\"        \"##c"),
        Case(text: "\"\"\"\n! \"a\"\n\"\"\"b", code: "\"\"\"\n     \n\"\"\"b"),
        Case(text: "func `a b!`()", code: "func `____`()"),
        Case(text: "'\"' + 'a'", code: "' ' + ' '", language: .c),
        Case(text: "\"unfinished\nnext", code: "\"          \nnext"),
    ])
    func `comments and strings are blanked, code stays`(_ given: Case) {
        let source = SourceText(path: "a", given.text, language: given.language)
        #expect(String(decoding: source.code, as: UTF8.self) == given.code)
    }

    @Test func `lines are counted with and without a last line break`() {
        #expect(SourceText(path: "a", "x\ny").lineCount == 2)
        #expect(SourceText(path: "a", "x\ny\n").lineCount == 2)
        #expect(SourceText(path: "a", "x\n\n").lineCount == 2)
        let source = SourceText(path: "a", "x\nyz\n")
        #expect(source.line(at: 0) == 1)
        #expect(source.line(at: 3) == 2)
        #expect(Array(source.bytes(ofLine: 2)) == Array("yz".utf8))
    }
}
