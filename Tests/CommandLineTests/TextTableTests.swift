import Testing

@testable import CommandLine

@Suite struct TextTableTests {
    private let table = TextTable(
        [.init("COMMIT"), .init("SUBJECT"), .init("CHANGE", .right)],
        rows: [
            ["92d06a9", "Read the table once, not for each row", "+8.1 %"],
            ["6bad339", "短い題名", "-10.2 %"],
        ])

    @Test func `columns are as wide as their widest cell`() {
        #expect(
            table.render(style: .plain) == """
                COMMIT   SUBJECT                                 CHANGE
                92d06a9  Read the table once, not for each row   +8.1 %
                6bad339  短い題名                               -10.2 %

                """)
    }

    @Test(arguments: [40, 60, 80])
    func `no line is wider than the terminal`(_ width: Int) {
        let lines = table.render(style: .plain, width: width).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { TextWidth.of(String($0)) <= width })
    }

    @Test func `the widest text is cut, numbers never`() {
        let text = table.render(style: .plain, width: 40)
        #expect(text.contains("Read the table once, …"))
        #expect(text.contains("-10.2 %"))
    }

    @Test func `an ASCII terminal gets three dots`() {
        let style = Style(hasColor: false, hasUnicode: false)
        #expect(table.render(style: style, width: 40).contains("..."))
    }

    @Test func `colour does not move the columns`() {
        let painted = TextTable(
            [.init("A"), .init("B")], rows: [[.init("bad", tone: .bad), "x"], ["longer", "y"]])
        let plain = painted.render(style: .plain)
        let colored = painted.render(style: Style(hasColor: true, hasUnicode: true))
        #expect(colored.contains("\u{1B}[31mbad\u{1B}[0m"))
        let stripped = colored.replacing("\u{1B}[31m", with: "").replacing("\u{1B}[0m", with: "")
        #expect(stripped == plain)
    }

    @Test func `CSV is quoted, and formulas are made harmless`() {
        let table = TextTable(
            [.init("NAME"), .init("VALUE")],
            rows: [["a,b", "=1+1"], ["say \"x\"", "-4.5"], ["@home", "+3 %"]])
        #expect(
            table.csv()
                == "name,value\r\n\"a,b\",'=1+1\r\n\"say \"\"x\"\"\",-4.5\r\n'@home,'+3 %\r\n")
    }

    @Test func `rows without cells do not trap`() {
        let table = TextTable([.init("A"), .init("B")], rows: [[], ["x"]])
        #expect(table.render(style: .plain, width: 3) == "A  B\n\nx\n")
    }
}
