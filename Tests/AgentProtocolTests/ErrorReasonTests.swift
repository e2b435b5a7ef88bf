import AgentProtocol
import Testing

@Suite struct ErrorReasonTests {
    struct Row: Sendable {
        let reason: ErrorReason
        let word: String
        let status: Int
        let code: String
        let nested: String
    }

    @Test(arguments: [
        Row(
            reason: .malformedJSON, word: "malformed_json", status: 400, code: "invalid_input",
            nested: "VALIDATION_ERROR"),
        Row(
            reason: .fenced, word: "fenced", status: 409, code: "conflict",
            nested: "ALREADY_EXISTS"),
        Row(
            reason: .recordInvalid, word: "record_invalid", status: 422, code: "unprocessable",
            nested: "VALIDATION_ERROR"),
        Row(
            reason: .expectedSeq, word: "expected_seq", status: 412, code: "precondition_failed",
            nested: "PRECONDITION_FAILED"),
        Row(
            reason: .ifMatchRequired, word: "if_match_required", status: 428,
            code: "precondition_required", nested: "PRECONDITION_REQUIRED"),
        Row(reason: .draining, word: "draining", status: 423, code: "locked", nested: "LOCKED"),
        Row(
            reason: .storageFull, word: "storage_full", status: 503, code: "unavailable",
            nested: "UNAVAILABLE"),
    ])
    func `a reason has its row of the table`(_ row: Row) {
        #expect(row.reason.rawValue == row.word)
        #expect(row.reason.status.rawValue == row.status)
        #expect(row.reason.status.code == row.code)
        #expect(row.reason.status.nestedCode == row.nested)
    }

    @Test func `every status is used and every word is a slug`() {
        #expect(Set(ErrorReason.allCases.map(\.status)) == Set(ErrorStatus.allCases))
        for reason in ErrorReason.allCases {
            #expect(reason.rawValue.allSatisfy { $0 == "_" || $0.isLowercase })
        }
    }

    @Test func `both envelopes hold the same facts`() throws {
        let body = ErrorBody(.fenced, "Again.", details: ["job_fence": 7], requestID: "r")
        let value = try GoldenMessage.value(try WireCodec.encode(body))
        #expect(value["details"] == .object(["reason": "fenced", "job_fence": 7]))
        #expect(value["error"]?["details"] == value["details"])
        #expect(value["error"]?["request_id"] == "r")
    }

    @Test func `a secret does not show`() {
        let secret = Secret("hush")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] {
            #expect(!text.contains("hush"))
        }
    }
}
