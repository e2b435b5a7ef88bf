import Testing

@testable import ProjectFile

@Suite struct CommandTests {
    struct Split: Sendable {
        let text: String
        let words: [String]
    }

    @Test(arguments: [
        Split(text: "make -j 4", words: ["make", "-j", "4"]),
        Split(text: "  a\t b \n", words: ["a", "b"]),
        Split(text: "echo 'a b' \"c d\"", words: ["echo", "a b", "c d"]),
        Split(
            text: #"echo a\ b 'it'\''s' "q\"q\\q\n""#, words: ["echo", "a b", "it's", #"q"q\q\n"#]),
        Split(text: "echo '' \"\"", words: ["echo", "", ""]),
        Split(text: "a --x=1 '$HOME' '*.o' 'a|b'", words: ["a", "--x=1", "$HOME", "*.o", "a|b"]),
        Split(text: "a \\\n  b", words: ["a", "b"]),
        Split(text: "a b~ c#d e=f!", words: ["a", "b~", "c#d", "e=f!"]),
        Split(text: "cargo bench -- --noplot", words: ["cargo", "bench", "--", "--noplot"]),
    ])
    func `a text is split as the shell would`(_ given: Split) throws {
        #expect(try Command(text: given.text).arguments == given.words)
    }

    @Test(arguments: [
        "a | b", "a && b", "a; b", "a < b", "a > b", "echo $HOME", "echo \"$HOME\"", "echo `date`",
        "rm *.o", "ls a?", "ls [ab]", "ls ~/x", "A=1 b", "a # note", "a\nb", "(a)", "! a",
        "a &", "echo \"`date`\"",
    ])
    func `what only a shell understands is left to a shell`(_ text: String) throws {
        #expect(try Command(text: text).arguments == ["sh", "-eu", "-c", text])
    }

    @Test(arguments: ["echo 'a", "echo \"a", "", "   ", "''", "# only a note "])
    func `a broken command is refused or is a script`(_ text: String) {
        let command = try? Command(text: text)
        #expect(command == nil || command?.needsShell == true)
    }

    @Test func `a value stays one word`() throws {
        let values: [Placeholder: String] = [.parameter("x"): "a b; 'c' $d"]
        let split = try Command(text: "app --x={{param.x}} '{{param.x}}'").substitute(values)
        #expect(split.arguments == ["app", "--x=a b; 'c' $d", "a b; 'c' $d"])
        let script = try Command(text: "app {{param.x}} | cat '{{param.x}}' \"{{param.x}}\"")
            .substitute(values)
        let quoted = #"a b; '\''c'\'' $d"#
        #expect(
            script.arguments?.last
                == "app '\(quoted)' | cat '\(quoted)' \"\"'\(quoted)'\"\"")
    }

    @Test func `what is not known stays symbolic`() throws {
        let command = try Command(text: "app {{results}}/{{param.x}}")
        let partly = command.substitute([.parameter("x"): "1"])
        #expect(partly.arguments == nil)
        #expect(partly.placeholders == [.results])
        let run = RunTimeValues(cpus: 2, workspace: "/w", results: "/r", repetition: 3)
        #expect(partly.substitute(run.substitutions).arguments == ["app", "/r/1"])
    }

    @Test func `a substituted value is not read for placeholders again`() throws {
        let command = try Command(text: "app {{param.x}}")
        let done = command.substitute([.parameter("x"): "{{results}}"])
        #expect(done.arguments == ["app", "{{results}}"])
    }

    @Test func `a backslash keeps braces as they are`() throws {
        #expect(
            try Command(list: ["go", "-f", "\\{{.Name}}"]).arguments == ["go", "-f", "{{.Name}}"])
        #expect(throws: TextFault.self) { try Command(list: ["go", "-f", "{{.Name}}"]) }
        #expect(throws: TextFault.self) { try Command(list: ["a", "{{cpus"]) }
    }

    @Test func `a command may have 32 KiB`() throws {
        let long = String(repeating: "x", count: 32 * 1_024)
        #expect(try Command(text: long).arguments == [long])
        #expect(throws: TextFault.self) { try Command(text: long + "x") }
        #expect(throws: TextFault.self) { try Command(list: []) }
    }

    @Test func `a quote with a combining mark behind it is still a quote`() {
        #expect(throws: TextFault.self) { try Command(text: "a '\u{301}; rm x") }
    }
}
