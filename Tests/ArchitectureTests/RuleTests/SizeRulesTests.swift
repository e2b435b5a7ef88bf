import Testing

@Suite struct SizeRulesTests {
    @Test func `a file at the limit passes and one beyond it does not`() {
        let line = "let a = 1\n"
        let full = SourceText(path: "a.swift", String(repeating: line, count: 400))
        let over = SourceText(path: "a.swift", String(repeating: line, count: 401))
        #expect(SizeRules.longFiles([full]) == [])
        #expect(SizeRules.longFiles([over]).count == 1)
    }

    @Test func `a function at the limit passes and one beyond it does not`() {
        for (inner, count) in [(68, 0), (69, 1)] {
            let text = "func a() {\n" + String(repeating: "b()\n", count: inner) + "}\n"
            let functions = SizeRules.functions(in: SourceText(path: "a.swift", text))
            #expect(SizeRules.longFunctions(functions).count == count)
        }
    }

    @Test func `columns are counted in characters`() {
        let wide = String(repeating: "é", count: 100)
        #expect(SizeRules.longLines(in: SourceText(path: "a.swift", wide)) == [])
        #expect(SizeRules.longLines(in: SourceText(path: "a.swift", "a\n" + wide + "b")).count == 1)
    }
}
