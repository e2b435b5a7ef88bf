import Testing

@testable import JobPlanning

@Suite struct ShellWordTests {
    @Test(arguments: [
        ("plain", "plain"), ("", "''"), ("two words", "'two words'"), ("it's", "'it'\\''s'"),
        ("$HOME", "'$HOME'"), ("a;b", "'a;b'"), ("--x=1,2", "--x=1,2"), ("ü", "'ü'"),
        ("line\nbreak", "'line\nbreak'"),
    ])
    func `a word is quoted where a shell would read it otherwise`(text: String, word: String) {
        #expect(ShellWord.quoted(text) == word)
    }
}
