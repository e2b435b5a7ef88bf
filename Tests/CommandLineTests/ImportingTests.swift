import Testing

@testable import CommandLine

/// The small parts of importing.
@Suite struct ImportingTests {
    @Test(arguments: [
        ("{\"a\":1,}", "{\"a\":1 }"), ("[1,\n // x\n]", "[1 \n     \n]"),
        ("[\"//\", \"/*,]\",]", "[\"//\", \"/*,]\" ]"), ("/*a\nb*/1", "   \n   1"),
        ("[1,2]", "[1,2]"), ("[,]", "[ ]"), ("\"\\\",]\"", "\"\\\",]\""), ("/", "/"), ("\"", "\""),
        ("\"\\", "\"\\"), ("1//", "1  "), ("/*", "  "), ("\u{FEFF}1", "   1"),
    ])
    func `comments and last commas become blanks`(_ text: String, _ plain: String) {
        #expect(String(decoding: RelaxedJSON.plain(Array(text.utf8)), as: UTF8.self) == plain)
    }

    @Test(arguments: [
        ("00:30:00", "1800s"), ("1:00", "3600s"), ("1.02:00:00.5", "93600s"), ("30m", "1800s"),
        ("0:0", nil), ("8.00:00:00", nil), ("24:00", nil), ("90", nil), ("1:2:3:4", nil), ("", nil),
        ("-1:00", nil), ("1:+5", nil), (":", nil),
    ])
    func `times of .NET become durations`(_ text: String, _ expected: String?) {
        #expect(TimeSpan.projectFileText(text) == expected)
    }

    @Test(arguments: [
        ("https://h/r.git", "https://h/r.git", false),
        ("https://u:p@h/r.git", "https://h/r.git", true),
        ("https://token@h:8443/r", "https://h:8443/r", true),
        ("ssh://git@h/r", "ssh://git@h/r", false), ("ssh://git:p@h/r", "ssh://git@h/r", true),
        ("git@h:o/r.git", "git@h:o/r.git", false), ("https://h/a@b", "https://h/a@b", false),
        ("https://a@b:c@h/r", "https://h/r", true), ("ssh://@h/r", "ssh://h/r", false),
    ])
    func `addresses lose their secrets`(_ given: String, _ text: String, _ hadSecret: Bool) {
        let remote = RemoteText(given)
        #expect(remote.text == text)
        #expect(remote.hadSecret == hadSecret)
    }

    @Test func `places are written so that they can be found`() {
        let place = JSONPlace.root.key("A").index(2).key("odd key").key("b_c")
        #expect(place.text == "$.A[2]['odd key'].b_c")
    }

    @Test func `words of PowerShell stay one word`() {
        #expect(ImportedCommand.quoted("it's \u{2019}x\"$y") == "'it''s \u{2019}\u{2019}x\"$y'")
    }
}
