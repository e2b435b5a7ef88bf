/// One entry of a batch.
package enum BatchRecord: Sendable, Equatable {
    case phase(PhaseRecord)
    case environment(EnvironmentRecord)
    case isolation(IsolationRecord)
    case counters(CountersRecord)
    case measurement(MeasurementRecord)
    case `case`(CaseRecord)
    case signals(SignalsRecord)
    case canary(CanaryRecord)
    case dependencies(DependenciesRecord)
    case logMark(LogMarkRecord)
    case artifactNote(ArtifactNoteRecord)
    case note(NoteRecord)
    /// A type of a later version, by its name; its fields are not kept.
    case unknown(String)

    package func validate() throws(FieldProblem) {
        switch self {
        case .phase(let record): try record.validate()
        case .environment(let record): try record.validate()
        case .isolation(let record): try record.validate()
        case .counters(let record): try record.validate()
        case .measurement(let record): try record.validate()
        case .case(let record): try record.validate()
        case .signals(let record): try record.validate()
        case .canary(let record): try record.validate()
        case .dependencies(let record): try record.validate()
        case .logMark(let record): try record.validate()
        case .artifactNote(let record): try record.validate()
        case .note(let record): try record.validate()
        case .unknown(let type): try FieldCheck.name("type", type)
        }
    }
}

extension BatchRecord: Codable {
    private enum CodingKeys: String, CodingKey { case type }

    private enum Kind: String {
        case phase, environment, isolation, counters, measurement, `case`, signals, canary
        case dependencies
        case logMark = "log_mark"
        case artifactNote = "artifact_note"
        case note
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let type = try container.decode(String.self, forKey: .type)
        guard let kind = Kind(rawValue: type) else {
            self = .unknown(type)
            return
        }
        switch kind {
        case .phase: self = .phase(try PhaseRecord(from: decoder))
        case .environment: self = .environment(try EnvironmentRecord(from: decoder))
        case .isolation: self = .isolation(try IsolationRecord(from: decoder))
        case .counters: self = .counters(try CountersRecord(from: decoder))
        case .measurement: self = .measurement(try MeasurementRecord(from: decoder))
        case .case: self = .case(try CaseRecord(from: decoder))
        case .signals: self = .signals(try SignalsRecord(from: decoder))
        case .canary: self = .canary(try CanaryRecord(from: decoder))
        case .dependencies: self = .dependencies(try DependenciesRecord(from: decoder))
        case .logMark: self = .logMark(try LogMarkRecord(from: decoder))
        case .artifactNote: self = .artifactNote(try ArtifactNoteRecord(from: decoder))
        case .note: self = .note(try NoteRecord(from: decoder))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type, forKey: .type)
        switch self {
        case .phase(let record): try record.encode(to: encoder)
        case .environment(let record): try record.encode(to: encoder)
        case .isolation(let record): try record.encode(to: encoder)
        case .counters(let record): try record.encode(to: encoder)
        case .measurement(let record): try record.encode(to: encoder)
        case .case(let record): try record.encode(to: encoder)
        case .signals(let record): try record.encode(to: encoder)
        case .canary(let record): try record.encode(to: encoder)
        case .dependencies(let record): try record.encode(to: encoder)
        case .logMark(let record): try record.encode(to: encoder)
        case .artifactNote(let record): try record.encode(to: encoder)
        case .note(let record): try record.encode(to: encoder)
        case .unknown: break
        }
    }

    /// The word of the record's `type` field.
    package var type: String {
        switch self {
        case .phase: Kind.phase.rawValue
        case .environment: Kind.environment.rawValue
        case .isolation: Kind.isolation.rawValue
        case .counters: Kind.counters.rawValue
        case .measurement: Kind.measurement.rawValue
        case .case: Kind.case.rawValue
        case .signals: Kind.signals.rawValue
        case .canary: Kind.canary.rawValue
        case .dependencies: Kind.dependencies.rawValue
        case .logMark: Kind.logMark.rawValue
        case .artifactNote: Kind.artifactNote.rawValue
        case .note: Kind.note.rawValue
        case .unknown(let type): type
        }
    }
}
