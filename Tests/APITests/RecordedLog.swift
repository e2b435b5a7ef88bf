import Logging
import Synchronization

/// A log that keeps its lines.
final class RecordedLog: Sendable {
    struct Line: Sendable {
        let message: String
        let facts: [String: String]
    }

    private let kept = Mutex<[Line]>([])

    var lines: [Line] { kept.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { [self] _ in Handler(log: self) }
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { _, given in given }
            let line = Line(
                message: event.message.description, facts: all.mapValues { "\($0)" })
            log.kept.withLock { $0.append(line) }
        }
    }
}
