import ArgumentParser

/// `trigger`: asks for measurements of one revision or of a range.
struct TriggerCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger",
        abstract: "Measures a commit or a range of commits on the fleet.",
        discussion: """
            Each commit is measured together with its parent, or the base that the project's \
            policy names, interleaved, and compared with it.

            EXAMPLES
              fleetmark trigger --commit HEAD --wait --fail-on regressed
              fleetmark trigger --range v1.4..main --every 5 --benchmark 'parse*'
              fleetmark trigger --commit 1f3a9bc --against v1.4 --repetitions 10..50 --fresh
              fleetmark trigger --matrix compiler=clang --matrix level=O3 --dry-run
            """)

    @OptionGroup var what: RevisionOptions
    @OptionGroup var how: MeasuringOptions
    @Flag(help: "Wait for the end, and say what changed.") var wait = false
    @Flag(help: "Say what would be measured, and measure nothing.") var dryRun = false
    @OptionGroup var waiting: WaitingOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        guard !dryRun || !wait else { throw ValidationError("--dry-run has nothing to wait for") }
    }

    func run(in session: Session) async throws -> CommandStatus {
        try await session.connected { client in
            let call = TriggerCall(
                name: "trigger", client: client, session: session,
                waiting: wait ? waiting : nil, isCompared: what.against != "none")
            let body = try await body(client, session)
            return dryRun
                ? try await call.preview(body) : try await call.send(body, key: how.key)
        }
    }

    private func body(_ client: APIClient, _ session: Session) async throws -> JSONTree {
        var members = try await what.members(client, session)
        try await how.add(to: &members, client, session)
        return .object(members)
    }
}

extension JSONTree {
    /// Of an object; else nothing.
    var members: [String: JSONTree] {
        guard case .object(let members) = self else { return [:] }
        return members
    }
}
