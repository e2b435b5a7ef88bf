import ArgumentParser

/// `login`: stores server, key and CA.
struct LoginCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Signs in: stores the server, its CA and an API key.",
        discussion: """
            A CA that the system does not know is shown by its fingerprint and pinned only when \
            that is confirmed, at the terminal or by --ca-fingerprint.

            EXAMPLES
              fleetmark login https://fleet.example:8080
              fleetmark login https://fleet.example:8080 --api-key-file key --ca-fingerprint \\
                  SHA256:6898e376dec086196835821936e30962e126eb7394afe73667f856a7bd6db585
              fleetmark login --status
              fleetmark login --logout
            """)

    @Argument(help: "The controller's address; else --server.") var url: String?
    @Option(help: ArgumentHelp("File with the API key; - is standard input.", valueName: "file"))
    var apiKeyFile: String?
    @Option(
        help: ArgumentHelp(
            "The CA's fingerprint, as the controller printed it.", valueName: "SHA256:…"))
    var caFingerprint: String?
    @Flag(help: "Forget what was stored.") var logout = false
    @Flag(help: "Say who is signed in where.") var status = false
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        guard !(logout && status) else {
            throw ValidationError("--logout and --status cannot be together")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        if logout { return try LogoutCommand.forget(session) }
        if status { return try await tellStatus(session) }
        guard let server = try url.map(ServerAddress.init) ?? session.settings.server else {
            throw CommandFailure.usage("no server is named", try: "fleetmark login https://HOST")
        }
        guard let file = SignInFile(environment: session.surroundings.environment) else {
            throw CommandFailure.usage("there is no home folder to store the sign-in in")
        }
        let key = try readKey(session)
        let pin = try await CertificateAuthority(session: session, server: server)
            .establish(expecting: caFingerprint)
        try await checkKey(key, server, pin, session)
        try file.write(
            SignIn(
                server: server.text, key: key, pinnedCA: pin?.text,
                fingerprint: pin?.fingerprint))
        if session.settings.asJSON {
            try session.answer(
                .document(
                    "login",
                    [
                        "server": .string(server.text), "stored_in": .string(file.path),
                        "ca_fingerprint": pin.map { .string($0.fingerprint) } ?? .null,
                    ]))
        } else {
            try session.answer("signed in to \(server.text)\n")
            session.note("stored in \(file.path)")
        }
        return .done
    }

    private func readKey(_ session: Session) throws -> String {
        if apiKeyFile == "-" {
            let bytes = try session.surroundings.readInput(65_536)
            return try Credential.checked(
                String(decoding: bytes, as: UTF8.self), from: "standard input")
        }
        if let apiKeyFile {
            let path = session.path(apiKeyFile)
            return try Credential.checked(try PrivateTextFile.read(path), from: apiKeyFile)
        }
        if case .key(let key) = session.settings.credential { return key }
        guard session.surroundings.terminal.inputIsTerminal,
            session.surroundings.terminal.noticesAreTerminal
        else {
            throw CommandFailure.usage(
                "no API key is given", try: "--api-key-file FILE, or - for standard input")
        }
        try session.surroundings.notices.write("API key: ")
        return try Credential.checked(try HiddenLine.read(), from: "the terminal")
    }

    /// The key opens the list of projects, or there is no sign-in.
    private func checkKey(
        _ key: String, _ server: ServerAddress, _ pin: CertificateAuthority.Pin?,
        _ session: Session
    ) async throws {
        var settings = session.settings
        settings.server = server
        settings.credential = .key(key)
        if let pin { settings.trust = .system(pinned: [pin.text]) }
        let checking = Session(settings: settings, surroundings: session.surroundings)
        _ = try await checking.connected { client in
            try await client.get(
                "/projects", [QueryField("limit", "1")], as: ReplyPage<Project>.self)
        }
    }

    private func tellStatus(_ session: Session) async throws -> CommandStatus {
        let stored = try SignInFile(environment: session.surroundings.environment)?.read()
        guard let server = session.settings.server else {
            throw CommandFailure(
                .notReachable, "not_signed_in", "nobody is signed in",
                try: "fleetmark login https://HOST")
        }
        let projects = try await session.connected { client in
            try await client.get(
                "/projects", [QueryField("limit", "200")], as: ReplyPage<Project>.self)
        }
        let names = projects.value.items.map(\.name)
        let source = session.settings.credential == nil ? "none" : Self.source(session, stored)
        if session.settings.asJSON {
            try session.answer(
                .document(
                    "login.status",
                    [
                        "server": .string(server.text), "credential": .string(source),
                        "projects": .array(names.map { .string($0) }),
                        "ca_fingerprint": stored?.fingerprint.map { .string($0) } ?? .null,
                    ]))
            return .done
        }
        var list = FactList(session.style)
        list.add("server", server.text)
        list.add("key", source)
        list.add("CA", stored?.fingerprint)
        list.add("projects", names.isEmpty ? "none visible" : names.joined(separator: ", "))
        try session.answer(list.text)
        return .done
    }

    private static func source(_ session: Session, _ stored: SignIn?) -> String {
        let environment = session.surroundings.environment
        let names = ["FLEETMARK_API_KEY", "FLEETMARK_API_KEY_FILE", "FLEETMARK_TOKEN_FILE"]
        return names.first { !(environment[$0] ?? "").isEmpty } ?? "stored"
    }
}

/// `logout`, the same as `login --logout`.
struct LogoutCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "Forgets the stored server, CA and key.",
        discussion: """
            EXAMPLES
              fleetmark logout
              fleetmark logout --quiet
            """)

    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus { try Self.forget(session) }

    static func forget(_ session: Session) throws -> CommandStatus {
        let removed =
            try SignInFile(environment: session.surroundings.environment)?.remove() ?? false
        if session.settings.asJSON {
            try session.answer(.document("logout", ["removed": .bool(removed)]))
        } else {
            session.note(removed ? "signed out" : "nobody was signed in")
        }
        return .done
    }
}
