extension JobDescription.Repository {
    /// Which submodules are filled: `true` for all, `false` for none, or `"top"` for those of the
    /// repository itself. An agent that does not know the word refuses the job.
    package enum Submodules: Codable, Sendable, Equatable {
        case none, top, recursive

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let word = try? container.decode(String.self) {
                guard word == "top" else { throw container.broken("The only word is top.") }
                self = .top
                return
            }
            self = try container.decode(Bool.self) ? .recursive : .none
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .none: try container.encode(false)
            case .recursive: try container.encode(true)
            case .top: try container.encode("top")
            }
        }
    }
}
