import ArgumentParser
import FoundationEssentials
import Glibc
import Logging

/// What is logged, and in which form; to standard error.
struct LogOptions: ParsableArguments {
    @Option(help: "trace, debug, info, notice, warning or error.") var logLevel = "info"
    @Option(
        help: """
            json, one object a line, or pretty, for people (default: pretty on a terminal, else \
            json).
            """)
    var logFormat: Format?

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json, pretty
    }

    mutating func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level is trace, debug, info, notice, warning or error.")
        }
    }

    var format: Format { logFormat ?? (isatty(2) == 1 ? .pretty : .json) }

    /// Once in a process.
    func begin() -> Logger {
        let level = Logger.Level(rawValue: logLevel) ?? .info
        let format = format
        LoggingSystem.bootstrap { label in
            switch format {
            case .json: return JSONLines(label: label, level: level)
            case .pretty:
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = level
                return handler
            }
        }
        return Logger(label: "fleetmark-controller")
    }
}

/// Logs each event as one JSON object on a line of its own.
///
/// `time`, `level`, `logger` and `message`, and the event's facts beside them, each under its key.
struct JSONLines: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let label: String
    private let write: @Sendable ([UInt8]) -> Void

    init(
        label: String, level: Logger.Level,
        write: @escaping @Sendable ([UInt8]) -> Void = { _ = Glibc.write(2, $0, $0.count) }
    ) {
        self.label = label
        self.write = write
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var facts = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues(Fact.init)
        // What every line has is never a fact's.
        facts["time"] = .text(Date().formatted(Self.time))
        facts["level"] = .text(event.level.rawValue)
        facts["logger"] = .text(label)
        facts["message"] = .text(event.message.description)
        if let error = event.error { facts["error"] = .text("\(error)") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(facts) else { return }
        write(line + [UInt8(ascii: "\n")])
    }

    private static let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    private enum Fact: Encodable {
        case text(String)
        case number(Int64)
        case list([Fact])
        case group([String: Fact])

        init(_ value: Logger.Metadata.Value) {
            switch value {
            case .string(let text): self = .text(text)
            case .stringConvertible(let value):
                self =
                    (value as? any BinaryInteger).flatMap { Int64(exactly: $0) }
                    .map(Fact.number) ?? .text(value.description)
            case .array(let items): self = .list(items.map(Fact.init))
            case .dictionary(let facts): self = .group(facts.mapValues(Fact.init))
            @unknown default: self = .text("\(value)")
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .list(let items): try container.encode(items)
            case .group(let facts): try container.encode(facts)
            }
        }
    }
}
