import AgentProtocol
import FleetModel
import Glibc
import Testing

@testable import AgentCore

@Suite struct UploadMachineTests {
    private let levels = UploadMachine.Levels(
        lastSequence: 3, acknowledgedSequence: 1, logLength: 100, hasEnd: true)

    private func refusal(
        _ reason: ErrorReason, _ details: [String: JSONValue] = [:]
    ) -> CallRefusal {
        CallRefusal(
            status: reason.status.rawValue, reasonWord: reason.rawValue, message: "no",
            details: details)
    }

    @Test func `batches, then the log, then the end`() {
        var machine = UploadMachine(acknowledgedSequence: 1, logLength: 0)
        #expect(machine.next(levels) == .batch(after: 1))
        machine.batchStored(
            3, BatchReply(nextSequence: 4, acknowledgedSequence: 3, counted: true))
        #expect(machine.next(levels) == .log(from: 0))
        machine.logStored(through: 100, LogReply(length: 100, counted: true))
        #expect(machine.next(levels) == .finish)
        machine.finished(
            FinishReply(
                attemptState: Word(.completed), jobState: Word(.processing), counted: true,
                mayDiscard: true))
        #expect(machine.next(levels) == .ended(.discard))
    }

    private let withFile = UploadMachine.Levels(
        lastSequence: 0, acknowledgedSequence: 0, logLength: 0, hasEnd: true, openArtifacts: 1)

    @Test func `files go when everything else is there, and nothing is measured any more`() {
        let machine = UploadMachine(acknowledgedSequence: 3, logLength: 100)
        var levels = levels
        levels.openArtifacts = 2
        #expect(machine.next(levels) == .artifact)
        levels.hasEnd = false
        #expect(machine.next(levels) == .wait)
        levels.hasEnd = true
        levels.openArtifacts = 0
        #expect(machine.next(levels) == .finish)
    }

    @Test(arguments: [
        ErrorReason.artifactTooLarge, .quotaExceeded, .artifactMismatch, .invalidValue,
    ])
    func `a file that is refused is left out`(_ reason: ErrorReason) {
        var machine = UploadMachine(acknowledgedSequence: 0, logLength: 0)
        let repair = machine.refused(.artifact(1), refusal(reason), levels: withFile)
        guard case .leaveArtifactOut = repair else { return #expect(Bool(false), "\(repair)") }
        #expect(machine.next(withFile) == .artifact, "the spool says what is open")
    }

    @Test func `a file whose bytes came out wrong is sent once more, and then left out`() {
        var machine = UploadMachine(acknowledgedSequence: 0, logLength: 0)
        let wrong = refusal(.badDigest)
        #expect(machine.refused(.artifact(1), wrong, levels: withFile) == .none)
        #expect(machine.refused(.artifact(2), wrong, levels: withFile) == .none)
        for number in [1, 2] as [Int64] {
            let repair = machine.refused(.artifact(number), wrong, levels: withFile)
            guard case .leaveArtifactOut = repair else {
                return #expect(Bool(false), "\(repair)")
            }
        }
    }

    @Test(arguments: [ErrorReason.fenced, .terminal])
    func `with the attempt over, files do not hold up its end`(_ reason: ErrorReason) {
        var machine = UploadMachine(acknowledgedSequence: 0, logLength: 0)
        #expect(machine.refused(.artifact(1), refusal(reason), levels: withFile) == .none)
        #expect(machine.next(withFile) == .finish)
    }

    @Test func `files that the controller lacks are sent again, and not for ever`() {
        var machine = UploadMachine(acknowledgedSequence: 0, logLength: 0)
        let missing: JSONValue = .object([
            "artifacts": .array([.object(["digest": "sha256:aa", "parts": .array([0])])])
        ])
        let incomplete = refusal(.incomplete, ["missing": missing])
        for _ in 0..<UploadMachine.incompleteLimit {
            #expect(
                machine.refused(.finish, incomplete, levels: withFile)
                    == .reopenArtifacts(["sha256:aa"]))
        }
        _ = machine.refused(.finish, incomplete, levels: withFile)
        guard case .ended(.keep) = machine.next(withFile) else {
            return #expect(Bool(false), "it goes on")
        }
    }

    @Test func `a controller that lacks what it never acknowledged gets it again`() {
        var machine = UploadMachine(acknowledgedSequence: 3, logLength: 100)
        let missing: JSONValue = .object(["from_seq": 2, "log_from": 40])
        #expect(
            machine.refused(.finish, refusal(.incomplete, ["missing": missing]), levels: levels)
                == .none)
        #expect(machine.next(levels) == .batch(after: 1))
        machine.batchStored(
            3, BatchReply(nextSequence: 4, acknowledgedSequence: 3, counted: true))
        #expect(machine.next(levels) == .log(from: 40))
    }

    @Test(arguments: [0, 1, 9, .max, -1] as [Int64])
    func `a demand that cannot be met keeps the spool`(sequence: Int64) {
        var machine = UploadMachine(acknowledgedSequence: 1, logLength: 0)
        let no = refusal(.expectedSeq, ["expected_seq": .integer(sequence)])
        _ = machine.refused(.batch(2), no, levels: levels)
        guard case .ended(.keep) = machine.next(levels) else {
            Issue.record("\(machine.next(levels))")
            return
        }
    }

    @Test func `fences, closed windows and sessions each have their way`() {
        var fenced = UploadMachine(acknowledgedSequence: 1, logLength: 0)
        _ = fenced.refused(.batch(2), refusal(.fenced), levels: levels)
        #expect(fenced.next(levels) == .finish)
        _ = fenced.refused(.finish, refusal(.fenced, ["may_discard": true]), levels: levels)
        #expect(fenced.next(levels) == .ended(.discard))
        var closed = UploadMachine(acknowledgedSequence: 1, logLength: 0)
        _ = closed.refused(.log, refusal(.uploadWindowClosed), levels: levels)
        #expect(closed.next(levels) == .ended(.discard))
        var other = UploadMachine(acknowledgedSequence: 1, logLength: 0)
        let renewal = other.refused(.log, refusal(.unknownSession), levels: levels)
        let stop = other.refused(.log, refusal(.sessionSuperseded), levels: levels)
        let repair = other.refused(
            .batch(2), refusal(.recordInvalid, ["index": 5]), levels: levels)
        #expect(renewal == .renewSession)
        #expect(stop == .stopAgent)
        #expect(repair == .replaceRecord(index: 5, batch: 2, why: "no"))
    }
}

@Suite struct CallRetryTests {
    @Test func `pauses have full jitter between half a second and a minute`() {
        let (low, high) = (CallRetry { 0 }, CallRetry { 0.999_999 })
        for tries in 1...100 {
            #expect(low.pause(tries: tries) == .milliseconds(500))
            #expect(high.pause(tries: tries) <= .seconds(60))
        }
        #expect(high.pause(tries: 50) > .seconds(59))
        #expect(high.pause(tries: 3, retryAfter: .seconds(7)) == .seconds(7))
    }

    @Test(arguments: [
        (200, false, false), (204, false, false), (408, true, false), (429, true, false),
        (500, true, false), (503, true, false), (400, false, true), (404, false, true),
        (409, false, true), (426, false, true),
    ]) func `only some statuses are tried again`(status: Int, again: Bool, final: Bool) {
        let reply = AgentReply(status: status, headers: ["retry-after": "3"])
        let expected: CallRetry.Verdict =
            again ? .again(after: .seconds(3)) : final ? .final : .success
        #expect(CallRetry.verdict(reply) == expected)
    }
}

@Suite struct SecretMaskTests {
    @Test func `a secret is hidden wherever the stream is cut`() {
        let text = Array("a ghp_secret b ghp_sec c ghp_secretghp_secret".utf8)
        for cut in 0...text.count {
            var mask = SecretMask("ghp_secret")
            var seen = mask.pass(Array(text[..<cut]))
            seen += mask.pass(Array(text[cut...]))
            seen += mask.flush()
            #expect(String(decoding: seen, as: UTF8.self) == "a ••• b ghp_sec c ••••••")
        }
    }
}

@Suite struct AddressTests {
    @Test(arguments: [
        ("https://fleet.example:8443/", "fleet.example", 8443), ("https://[::1]", "::1", 443),
        ("HTTPS://127.0.0.1:80", "127.0.0.1", 80),
    ]) func `usable addresses`(text: String, host: String, port: Int) throws {
        let address = try #require(ControllerAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(arguments: [
        "http://fleet.example", "http://127.0.0.1:80", "ftp://x", "https://", "https://user@x",
        "https://x/path",
        "https://x:0", "https://x:99999", "fleet.example",
    ]) func `refused addresses`(text: String) {
        #expect(ControllerAddress(text) == nil)
    }

    @Test func `the allow-list takes whole addresses`() {
        let list = AllowList(["https://git.example.org/*", "file:///srv/a"])
        #expect(list.allows("https://git.example.org/team/x.git"))
        #expect(list.allows("file:///srv/a"))
        #expect(!list.allows("https://git.example.org.evil.example/x"))
        #expect(!list.allows("file:///srv/ab"))
        #expect(!AllowList([]).allows("https://git.example.org/x"))
    }

    @Test func `a fingerprint reads back in every spelling`() throws {
        let print = CertificateFingerprint(of: [1, 2, 3])
        #expect(CertificateFingerprint(print.description) == print)
        #expect(CertificateFingerprint(print.description.lowercased()) == print)
        #expect(CertificateFingerprint("SHA256:00") == nil)
    }
}

@Suite struct StateFolderTests {
    @Test func `one process at a time has a folder`() throws {
        let fixture = try AgentFixture()
        let first = try StateLock(fixture.folder)
        #expect(throws: StateFailure.self) { try StateLock(fixture.folder) }
        withExtendedLifetime(first) {}
    }

    @Test func `an identity comes back, and only from a file of its owner`() throws {
        let fixture = try AgentFixture()
        let store = AgentIdentityStore(fixture.folder)
        #expect(try store.load() == nil)
        let identity = try TestAuthority().identity(renewAfter: ServerTime(microseconds: 1))
        try store.save(identity)
        #expect(try store.load() == identity)
        #expect(!"\(identity)".contains("PRIVATE KEY"))
        chmod(fixture.folder.identity, 0o644)
        #expect(throws: StateFailure.self) { try store.load() }
    }
}
