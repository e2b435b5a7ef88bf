extension JobDescription.Benchmark {
    /// Where the results appear: `stdout`, `file:PATTERN`, or a list of the latter.
    package enum Output: Sendable, Equatable, Codable {
        case standardOutput
        /// Never empty; the last pattern that matches a file decides, and one that begins with
        /// `!` leaves it out.
        case files([String])

        package static func file(_ pattern: String) -> Output { .files([pattern]) }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                if text == "stdout" {
                    self = .standardOutput
                } else {
                    self = .files([try Self.pattern(text, container)])
                }
                return
            }
            let texts = try container.decode([String].self)
            guard (1...Self.patternLimit).contains(texts.count) else {
                throw container.broken("One to \(Self.patternLimit) patterns name the results.")
            }
            self = .files(try texts.map { try Self.pattern($0, container) })
        }

        private static let patternLimit = 100

        private static func pattern(
            _ text: String, _ container: any SingleValueDecodingContainer
        ) throws -> String {
            guard text.hasPrefix("file:"), text.utf8.count > 5 else {
                throw container.broken("The output is stdout or file:PATTERN.")
            }
            return String(text.dropFirst(5))
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .standardOutput: try container.encode("stdout")
            case .files(let patterns) where patterns.count == 1:
                try container.encode("file:" + patterns[0])
            case .files(let patterns): try container.encode(patterns.map { "file:" + $0 })
            }
        }
    }
}
