/// One command at work: its settings, its surroundings and where its words go.
struct Session: Sendable {
    let settings: Settings
    let surroundings: Surroundings

    var style: Style { settings.style }

    func path(_ text: String) -> String { surroundings.path(text) }

    /// Writes the answer.
    func answer(_ text: String) throws(OutputFailure) {
        try surroundings.answer.write(text)
    }

    /// Writes one JSON document on one line.
    func answer(_ document: JSONTree) throws(OutputFailure) { try answer(document.text + "\n") }

    /// A line for people beside the answer; silent with `--quiet`.
    func note(_ line: String) {
        guard !settings.isQuiet else { return }
        try? surroundings.notices.write(PlainLine.text(line) + "\n")
    }

    /// Opens a connection for as long as `work` takes.
    func connected<Result: Sendable>(
        _ work: (APIClient) async throws -> Result
    ) async throws -> Result {
        guard let server = settings.server else {
            throw CommandFailure.usage(
                "no server is named",
                try: "fleetmark login https://HOST, --server URL or FLEETMARK_SERVER")
        }
        let connection = try Connection(
            to: server, as: settings.credential, trusting: settings.trust)
        do {
            let result = try await work(client(connection))
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }

    func client(_ connection: Connection) -> APIClient {
        let notices = surroundings.notices
        let isVerbose = settings.isVerbose
        return APIClient(
            connection: connection, retry: RetryPolicy(sleep: surroundings.pause),
            timeout: settings.timeout
        ) { line in
            if isVerbose { try? notices.write(PlainLine.text(line) + "\n") }
        }
    }

    /// The project to work in: flag, variable, else the nearest project file's.
    func project() throws(CommandFailure) -> String {
        if let named = settings.project { return named }
        if let found = try ProjectFileSearch.nearest(from: surroundings.directory),
            let name = try ProjectFileSearch.projectName(in: found)
        {
            return name
        }
        throw .usage(
            "no project is named", try: "--project NAME, or `project: NAME` in fleetmark.yaml")
    }

    /// `/projects/NAME` and what follows, encoded.
    func projectPath(_ rest: String = "") throws(CommandFailure) -> String {
        "/projects/\(PercentText.encode(try project()))\(rest)"
    }

    /// Whether questions can be asked and answered.
    var hasSomebody: Bool {
        surroundings.terminal.inputIsTerminal && surroundings.terminal.noticesAreTerminal
    }

    /// A question at the terminal; everything but yes is no.
    func ask(_ question: String) throws(OutputFailure) -> Bool {
        try surroundings.notices.write(PlainLine.text(question) + " [y/N] ")
        guard let line = readLine() else { return false }
        return ["y", "yes"].contains(line.lowercased())
    }
}
