import Testing

@testable import CommandLine

@Suite struct PlainLineTests {
    @Test(arguments: [
        ("a\nb\tc", "a b c"), ("a\u{1B}[31mb", "a\u{FFFD}[31mb"), ("a\u{202E}b", "a\u{FFFD}b"),
        ("naïve 短", "naïve 短"), ("\u{7}", "\u{FFFD}"),
    ])
    func `nothing in a line steers a terminal`(_ given: String, _ expected: String) {
        #expect(PlainLine.text(given) == expected)
    }

    @Test(arguments: [
        ("\u{1B}[1;31mred\u{1B}[0m\n", "\u{1B}[1;31mred\u{1B}[0m\n"),
        ("\u{1B}[2Jgone", "\u{FFFD}[2Jgone"), ("\u{1B}]0;title\u{7}", "\u{FFFD}]0;title\u{FFFD}"),
        ("50 %\r100 %\r\n", "50 %\n100 %\n"), ("tab\tstays", "tab\tstays"),
        ("\u{1B}[", "\u{FFFD}["),
    ])
    func `a log keeps its colours and nothing else`(_ given: String, _ expected: String) {
        #expect(TerminalText.harmless(given) == expected)
    }
}
