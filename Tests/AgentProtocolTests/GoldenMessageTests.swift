import AgentProtocol
import Testing

@Suite struct GoldenMessageTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// Decodes and encodes again.
        let roundTrip: @Sendable ([UInt8]) throws -> [UInt8]
        var testDescription: String { name }

        init<Message: WireMessage>(_ name: String, _ type: Message.Type) {
            self.name = name
            roundTrip = { try WireCodec.encode(try WireCodec.decode(type, from: $0)) }
        }

        init(_ name: String, roundTrip: @escaping @Sendable ([UInt8]) throws -> [UInt8]) {
            self.name = name
            self.roundTrip = roundTrip
        }
    }

    /// A record by itself, as it stands in a batch.
    private static let oneRecord: @Sendable ([UInt8]) throws -> [UInt8] = { record in
        let head = Array(#"{"schema":"fleetmark.batch.v1","seq":1,"records":["#.utf8)
        let batch = try BatchRequest.decode(
            bytes: head + record + Array("]}".utf8), limits: .standard)
        let first = try #require(batch.records.first)
        return try WireCodec.encode(first)
    }

    static let cases = [
        Case("enroll.request", EnrollRequest.self), Case("enroll.reply", EnrollReply.self),
        Case("renew.request", RenewRequest.self), Case("renew.reply", RenewReply.self),
        Case("session.request", SessionRequest.self), Case("session.reply", SessionReply.self),
        Case("claim.request", ClaimRequest.self), Case("claim.reply", ClaimReply.self),
        Case("claim.refused", ErrorBody.self), Case("job.description", JobDescription.self),
        Case("heartbeat.request", HeartbeatRequest.self),
        Case("heartbeat.reply", HeartbeatReply.self), Case("heartbeat.fenced", ErrorBody.self),
        Case("batch.request") {
            try WireCodec.encode(try BatchRequest.decode(bytes: $0, limits: .standard))
        },
        Case("batch.hardware", roundTrip: oneRecord), Case("batch.signals", roundTrip: oneRecord),
        Case("canary.request", CanaryReport.self), Case("canary.reply", CanaryReply.self),
        Case("batch.reply", BatchReply.self), Case("batch.gap", ErrorBody.self),
        Case("log.reply", LogReply.self), Case("artifact.request", ArtifactRequest.self),
        Case("artifact.facts", ArtifactRequest.self),
        Case("artifact.reply", ArtifactReply.self), Case("part.reply", PartReply.self),
        Case("finish.request", FinishRequest.self), Case("finish.failed", FinishRequest.self),
        Case("finish.reply", FinishReply.self), Case("finish.incomplete", ErrorBody.self),
    ]

    @Test(arguments: cases)
    func `a recorded message survives decoding and encoding`(_ given: Case) throws {
        let recorded = try GoldenMessage.bytes(given.name)
        let again = try given.roundTrip(recorded)
        #expect(try GoldenMessage.value(again) == GoldenMessage.value(recorded))
    }

    @Test(arguments: cases)
    func `fields of a later version are ignored`(_ given: Case) throws {
        let recorded = try GoldenMessage.bytes(given.name)
        let later = GoldenMessage.strewn(try GoldenMessage.value(recorded))
        let again = try given.roundTrip(try WireCodec.encode(later))
        #expect(try GoldenMessage.value(again) == GoldenMessage.value(recorded))
    }

    @Test(arguments: cases)
    func `encoded bytes are stable`(_ given: Case) throws {
        let first = try given.roundTrip(try GoldenMessage.bytes(given.name))
        #expect(try given.roundTrip(first) == first)
    }

    @Test func `each recorded message has a case`() throws {
        #expect(try GoldenMessage.names == Set(Self.cases.map(\.name)))
    }

    @Test func `the job inside a claim is the recorded job description`() throws {
        let claim = try WireCodec.decode(
            ClaimReply.self, from: try GoldenMessage.bytes("claim.reply"))
        let inside = try WireCodec.decode(JobDescription.self, from: claim.job.bytes)
        let alone = try WireCodec.decode(
            JobDescription.self, from: try GoldenMessage.bytes("job.description"))
        #expect(inside == alone)
    }
}
