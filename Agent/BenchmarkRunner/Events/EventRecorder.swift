import FleetModel

/// Stamps events with the time since the attempt's start and hands them on.
struct EventRecorder: Sendable {
    let sink: any RunnerSink
    let clock: @Sendable () -> Int64
    let start: Int64

    init(sink: any RunnerSink, clock: @escaping @Sendable () -> Int64) {
        self.sink = sink
        self.clock = clock
        start = clock()
    }

    var now: Int64 { max(0, clock() - start) }

    func take(_ event: RunnerEvent) throws(RunnerStop) {
        do throws(RunnerSinkFailure) {
            try sink.take(event, at: now)
        } catch {
            throw .sink(error)
        }
    }

    func keep(_ artifact: RunnerArtifact) throws(RunnerStop) {
        do throws(RunnerSinkFailure) {
            try sink.keep(artifact, at: now)
        } catch {
            throw .sink(error)
        }
    }

    func checkpoint(_ progress: RunnerProgress) async throws(RunnerStop) {
        do throws(RunnerSinkFailure) {
            try await sink.checkpoint(progress)
        } catch {
            throw .sink(error)
        }
    }

    func note(
        _ level: RunnerNote.Level, _ text: String, code: String? = nil
    ) throws(RunnerStop) {
        try take(.note(RunnerNote(level, text, code: code)))
    }

    /// A line of our own in the log.
    func say(_ line: String) { sink.log(Array("[fleetmark] \(line)\n".utf8)) }
}
