import ArgumentParser

/// `stats`: the statistics that decide, as a service for programs (statistics, section 14).
struct StatsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Computes statistics: one JSON request a line in, one result a line out.",
        discussion: """
            A request is {"id": TEXT, "op": NAME, "params": {…}}; the answer, in the same order, is
            {"id": TEXT, "result": {…}} or {"id": TEXT, "error": {"code": …, "message": …}}.
            A request that fails is an answer; the status is 0 all the same.

            Operations: \(StatsCatalogue.operations.map(\.name).joined(separator: ", ")).

            How small a change do eight repetitions show, whose standard deviation is 1.5?
              {"id": "1", "op": "mde", "params": {"sd": 1.5, "n_per_group": 8}}

            EXAMPLES
              fleetmark stats < requests.ndjson
              fleetmark stats < requests.ndjson > results.ndjson
            """)

    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        var lines = StatsLines(limitBytes: StatsService.lineBytes)
        while true {
            try Task.checkCancellation()
            let bytes = try part(session)
            guard !bytes.isEmpty else { break }
            for line in lines.take(bytes) { try answer(line, session) }
        }
        if let last = lines.finish() { try answer(last, session) }
        return .done
    }

    private func part(_ session: Session) throws -> [UInt8] {
        do {
            return try session.surroundings.readInputPart()
        } catch let failure as CommandFailure {
            throw CommandFailure(.usage, failure.code, failure.message, why: failure.cause)
        }
    }

    private func answer(_ line: StatsLines.Line, _ session: Session) throws {
        switch line {
        case .request(let bytes): try session.answer(StatsService.answer(bytes))
        case .tooLong: try session.answer(StatsService.tooLong)
        }
    }
}
