/// Sends results, and waits for their decision where somebody wants to.
struct SubmitCall {
    let client: APIClient
    let session: Session
    /// Nothing: says what was stored, and ends.
    let waiting: WaitingOptions?

    func send(_ body: JSONTree) async throws -> CommandStatus {
        let made = try await client.post(
            try session.projectPath("/results"), body, as: SubmittedReply.self)
        let run = made.value.run
        tell(made.value.parse)
        guard let waiting, let request = run.requestId else { return try tell(made) }
        let watch = RequestWatch(
            client: client, session: session, request: request, runs: [run.id],
            limit: waiting.waitTimeout?.duration)
        var outcomes: [RunOutcome] = []
        for seen in try await watch.wait() {
            outcomes.append(try await RunOutcome.read(seen, client))
        }
        if session.settings.asJSON {
            var members = made.tree.members
            members["type"] = "result"
            members["runs"] = .array(outcomes.map(\.tree))
            try session.answer(.document("submit", members))
        } else {
            let report = RangeReport(
                outcomes: outcomes, session: session,
                pages: PageAddress(session.settings.server, url: nil), request: request)
            try session.answer(report.text)
        }
        return RunOutcome.status(of: outcomes, waiting.failOn, isCompared: run.base != nil)
    }

    private func tell(_ made: Reply<SubmittedReply>) throws -> CommandStatus {
        let run = made.value.run
        if session.settings.asJSON {
            try session.answer(.document("submit", made.tree.members))
            return .done
        }
        let base = run.base?.commit.map { "compared with \(Readable.commit($0))" }
        try session.answer(
            "run \(RunReference.short(run.id)) of \(Readable.commit(run.commit)) on "
                + "\(run.hostClass ?? "?"), "
                + (base ?? "nothing before it to be compared with") + "\n")
        if let request = run.requestId,
            let page = PageAddress(session.settings.server, url: nil).request(request)
        {
            session.note("page: \(page)")
        }
        return .done
    }

    /// What the controller's reader refused that this program's took.
    private func tell(_ parse: SubmittedReply.Reading) {
        for error in (parse.errors ?? []).prefix(20) {
            let name = error.name.map { "\($0): " } ?? ""
            session.note("\(name)\(error.message ?? "refused")")
        }
    }
}

struct SubmittedReply: Decodable, Sendable {
    struct Reading: Decodable, Sendable {
        struct Problem: Decodable, Sendable {
            let name: String?
            let message: String?
        }

        let status: String?
        let errors: [Problem]?
    }

    let run: Run
    let parse: Reading
}
