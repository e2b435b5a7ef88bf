import AgentProtocol
import CrashPoints
import FleetModel
import Logging
import Spool

extension Uploader {
    /// Answers that the controller cannot take a file now, past which the attempt ends without it:
    /// a full disk there may take a person days. About ten minutes with the pauses between them.
    private static let artifactFaults = 20

    /// Announces the oldest file that waits, and sends those of its parts that the controller
    /// lacks: after a crash, only the rest.
    func sendArtifact(_ machine: inout UploadMachine) async throws(AgentStop) {
        let found = try local { () throws(SpoolFailure) in try spool.nextArtifact() }
        guard let artifact = found else { return }
        do throws(CallFailure) {
            let answer = try await announce(artifact)
            var missing = answer.missing
            while let number = missing.first {
                missing = try await send(number, of: artifact, answer.partBytes)
                if missing.first == number {
                    throw .malformed("the controller lacks part \(number) after it took it")
                }
            }
        } catch .malformed(let why) {
            // A file must never hold up what was measured.
            logger.with(.error, "\(artifact.request.name): \(why)")
                .warning("an artifact is left out")
            return try local { () throws(SpoolFailure) in
                try spool.settle(artifact, isSent: false)
            }
        } catch {
            return try await heed(error, .artifact(artifact.number), &machine)
        }
        try local { () throws(SpoolFailure) in try spool.settle(artifact, isSent: true) }
        CrashPoint.artifactSent.reach()
    }

    private func announce(_ artifact: SpooledArtifact) async throws(CallFailure) -> ArtifactReply {
        CrashPoint.artifactAnnouncing.reach()
        let (reply, raw): (ArtifactReply, AgentReply) = try await line.client.exchange(
            artifact.request, line.call("POST", "artifacts"), faults: Self.artifactFaults)
        CrashPoint.artifactAnnounced.reach()
        line.heed(raw.cancel)
        guard reply.partBytes > 0 else { throw .malformed("a part has no bytes") }
        return reply
    }

    private func send(
        _ number: Int, of artifact: SpooledArtifact, _ partBytes: Int
    ) async throws(CallFailure) -> [Int] {
        let (offset, overflow) = Int64(number).multipliedReportingOverflow(by: Int64(partBytes))
        guard number >= 0, !overflow, offset < artifact.request.sizeBytes else {
            throw .malformed("there is no part \(number)")
        }
        let bytes: [UInt8]
        do throws(SpoolFailure) {
            bytes = try spool.bytes(of: artifact, from: offset, limit: partBytes)
        } catch {
            throw .malformed("the spool cannot read the file: \(error)")
        }
        var call = line.call("PUT", "artifacts/\(artifact.request.digest)/parts/\(number)")
        call.set(AgentHeader.digest, AgentDigest.header(bytes))
        call.set("Content-Type", "application/octet-stream")
        call.body = bytes
        call.timeout = .seconds(600)
        CrashPoint.partSending.reach()
        let raw = try await line.client.send(call, faults: Self.artifactFaults)
        CrashPoint.partAnswered.reach()
        line.heed(raw.cancel)
        let reply: PartReply = try ControllerClient.decode(raw)
        return reply.missing
    }
}
