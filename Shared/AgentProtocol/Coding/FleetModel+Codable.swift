package import FleetModel

// How the scalar values of FleetModel are spelled on the wire. Aggregates have messages of their
// own.

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(try container.decode(String.self)) else {
            throw container.broken("The text is not a lower-case UUID.")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Fence: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(try container.decode(Int64.self)) else {
            throw container.broken("A fence is at least 1.")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }
}

extension CommitHash: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(try container.decode(String.self)) else {
            throw container.broken("A commit is 40 or 64 lower-case hexadecimal digits.")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension ServerTime: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self.init(microseconds: try container.decode(Int64.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }
}

extension Parameters: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self.init(try container.decode([String: String].self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }
}

extension CaseCounts: Codable {
    private enum CodingKeys: String, CodingKey { case ok, failed, invalid, skipped }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            ok: try container.decode(Int.self, forKey: .ok),
            failed: try container.decode(Int.self, forKey: .failed),
            invalid: try container.decode(Int.self, forKey: .invalid),
            skipped: try container.decode(Int.self, forKey: .skipped))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(ok, forKey: .ok)
        try container.encode(failed, forKey: .failed)
        try container.encode(invalid, forKey: .invalid)
        try container.encode(skipped, forKey: .skipped)
    }
}

extension AttemptOutcome: Codable {}
extension AttemptPhase: Codable {}
extension Better: Codable {}
extension CancelMode: Codable {}
extension CaseState: Codable {}
extension FailureClass: Codable {}
extension Provider: Codable {}
extension RevisionRole: Codable {}
extension StopReason: Codable {}
extension Validity: Codable {}
