import Testing

@testable import CommandLine

/// `login`: what is stored, and what is not trusted.
@Suite struct LoginTests {
    private func login(
        _ arguments: [String], input: String = "pg_new\n",
        _ script: @escaping FakeController.Script
    ) async throws -> (ended: Program.Ended, stored: SignIn?) {
        try await withFolder { folder in
            try await withController(script) { server in
                var program = Program()
                program.environment = ["LANG": "C.UTF-8", "XDG_CONFIG_HOME": folder]
                program.input = input
                let ended = await program.run(["login", server.address] + arguments)
                let stored = try SignInFile(environment: program.environment)?.read()
                return (ended, stored)
            }
        }
    }

    @Test func `a key that works is stored with its server`() async throws {
        let (ended, stored) = try await login(["--api-key-file", "-"]) { _ in
            .json(#"{"items":[],"next_cursor":null}"#)
        }
        #expect(ended.status == .done, "\(ended.notices)")
        #expect(stored?.key == "pg_new")
        #expect(stored?.pinnedCA == nil)
        #expect(!(ended.answer + ended.notices).contains("pg_new"))
    }

    @Test func `a key that does not work is not stored`() async throws {
        let (ended, stored) = try await login(["--api-key-file", "-"]) { _ in
            .json(#"{"message":"Invalid API key."}"#, status: 401)
        }
        #expect(ended.status == .notReachable)
        #expect(stored == nil)
    }

    @Test(arguments: ["", "two words\n", "pg_\u{7}\n"])
    func `what is no key is refused before anything is sent`(_ input: String) async throws {
        let (ended, stored) = try await login(["--api-key-file", "-"], input: input) { _ in
            .json(#"{"items":[]}"#)
        }
        #expect(ended.status == .usage)
        #expect(stored == nil)
    }

    @Test func `nobody at the terminal must be asked`() async throws {
        let (ended, _) = try await login([]) { _ in .json(#"{"items":[]}"#) }
        #expect(ended.status == .usage)
        #expect(ended.notices.contains("--api-key-file"))
    }

    @Test func `signing out forgets`() async throws {
        try await withFolder { folder in
            var program = Program()
            program.environment = ["XDG_CONFIG_HOME": folder]
            let file = try #require(SignInFile(environment: program.environment))
            try file.write(
                SignIn(server: "https://x.example", key: "k", pinnedCA: nil, fingerprint: nil))
            #expect(await program.run("logout").notices == "signed out\n")
            #expect(try file.read() == nil)
            #expect(await program.run("login", "--logout").status == .done)
            #expect(await program.run("login", "--status").status == .notReachable)
        }
    }
}
