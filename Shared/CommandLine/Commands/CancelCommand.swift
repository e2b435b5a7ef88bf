import ArgumentParser

/// `cancel RUN`.
struct CancelCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Ends runs before they are done.",
        discussion: """
            EXAMPLES
              fleetmark cancel @last
              fleetmark cancel 8c1f2a90 --now
            """)

    @Argument(help: "Runs, by id, last digits or page address.") var run: [String]
    @Flag(help: "No grace for what is running.") var now = false
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let references = try run.map { text throws(CommandFailure) in try RunReference(text) }
        let body = JSONTree.object(["mode": now ? "now" : "graceful"])
        let cancelled = try await session.connected { client in
            var cancelled: [Reply<Run>] = []
            for reference in references {
                let id = try await reference.resolve(client, session)
                cancelled.append(
                    try await client.post("/runs/\(id)/cancel", body, as: Run.self))
            }
            return cancelled
        }
        if session.settings.asJSON {
            try session.answer(
                .document("cancel", ["runs": .array(cancelled.map(\.tree))]))
            return .done
        }
        for reply in cancelled {
            let state = reply.value.isOver ? reply.value.state : "being cancelled"
            try session.answer(
                PlainLine.text("\(RunReference.short(reply.value.id)) is \(state)") + "\n")
        }
        return .done
    }
}
