import Testing

@testable import ServiceSettings

@Suite struct CommandDescriptionTests {
    /// As ArgumentParser writes it, shortened.
    private static let help = """
        {"serializationVersion": 0, "command": {"commandName": "fm", "defaultSubcommand": "serve",
         "subcommands": [
          {"commandName": "serve", "arguments": [
            {"kind": "option", "isRepeating": false, "defaultValue": "8080",
             "names": [{"kind": "long", "name": "port"}]},
            {"kind": "flag", "isRepeating": false,
             "names": [{"kind": "short", "name": "l"}, {"kind": "long", "name": "local"}]},
            {"kind": "positional", "isRepeating": false},
            {"kind": "flag", "isRepeating": false,
             "names": [{"kind": "long", "name": "help"}]}]},
          {"commandName": "ca", "defaultSubcommand": "show", "subcommands": [
            {"commandName": "show", "arguments": []},
            {"commandName": "rotate", "arguments": []}]}]}}
        """

    struct Case: Sendable {
        let words: [String]
        let name: String?
        let count: Int
    }

    @Test(arguments: [
        Case(words: [], name: "serve", count: 0), Case(words: ["--port"], name: "serve", count: 0),
        Case(words: ["serve", "--port"], name: "serve", count: 1),
        Case(words: ["ca"], name: "show", count: 1),
        Case(words: ["ca", "rotate"], name: "rotate", count: 2),
        Case(words: ["serv"], name: nil, count: 0),
    ])
    func `the command that words mean is found`(_ given: Case) throws {
        let tree = try CommandDescription(help: Self.help)
        let found = tree.find(given.words[...])
        #expect(found?.command.name == given.name)
        #expect((found?.words ?? 0) == given.count)
    }

    @Test func `its long options are known with their defaults`() throws {
        let serve = try #require(try CommandDescription(help: Self.help).find([])).command
        #expect(
            serve.options == [
                ServiceOption("port", usual: "8080"), ServiceOption("local", isFlag: true),
            ])
    }
}
