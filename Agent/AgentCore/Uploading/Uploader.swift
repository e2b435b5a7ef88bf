import AgentProtocol
import CrashPoints
import FleetModel
import Logging
import Spool

/// Performs the steps of an `UploadMachine` for one attempt, until it has ended.
struct Uploader: Sendable {
    let line: AttemptLine
    let limits: ProtocolLimits
    let logger: Logger

    /// `news`: yields when the spool may hold something new.
    /// `directive`: what the controller holds, where a session said so.
    /// Throws: when the whole agent must stop; the spool keeps everything.
    func run(
        news: AsyncStream<Void>, directive: SessionReply.AttemptDirective? = nil
    ) async throws(AgentStop) -> UploadMachine.Ending {
        var machine = UploadMachine(
            acknowledgedSequence: spool.acknowledgedSequence,
            logLength: spool.acknowledgedLogLength)
        if let directive { try follow(directive, &machine) }
        var waiting = news.makeAsyncIterator()
        while true {
            if Task.isCancelled { throw .cancelled }
            switch machine.next(levels) {
            case .ended(let ending):
                // Without a reader of its results there is no reason to go on measuring.
                if !levels.hasEnd { line.endWork() }
                return ending
            case .wait: _ = await waiting.next()
            case .batch(let sequence): try await sendBatch(after: sequence, &machine)
            case .log(let offset): try await sendLog(from: offset, &machine)
            case .artifact: try await sendArtifact(&machine)
            case .finish: try await sendFinish(&machine)
            }
        }
    }

    var spool: AttemptSpool { line.spool }

    private var levels: UploadMachine.Levels {
        UploadMachine.Levels(
            lastSequence: spool.lastSequence, acknowledgedSequence: spool.acknowledgedSequence,
            logLength: spool.logLength, hasEnd: spool.finishRequest != nil,
            openArtifacts: spool.openArtifacts)
    }

    private func follow(
        _ directive: SessionReply.AttemptDirective, _ machine: inout UploadMachine
    ) throws(AgentStop) {
        if directive.directive == .abandon { return machine.abandon() }
        try local { () throws(SpoolFailure) in
            let held = min(directive.nextSequence - 1, spool.lastSequence)
            try spool.acknowledge(through: max(0, held))
            try spool.resumeLog(from: min(max(0, directive.logLength), spool.logLength))
        }
        machine.resume(
            nextSequence: directive.nextSequence, logLength: directive.logLength, levels: levels)
    }

    private func sendBatch(
        after sequence: Int64, _ machine: inout UploadMachine
    ) async throws(AgentStop) {
        let found = try local { () throws(SpoolFailure) in try spool.nextBatch(after: sequence) }
        guard let batch = found else {
            return machine.giveUp("batch \(sequence + 1) is not in the spool")
        }
        var call = line.call("PUT", "batches/\(batch.sequence)")
        call.set(AgentHeader.digest, batch.digest)
        call.set("Content-Type", "application/json")
        call.body = batch.body
        call.timeout = .seconds(120)
        CrashPoint.batchSending.reach()
        do throws(CallFailure) {
            let raw = try await line.client.send(call)
            CrashPoint.batchAnswered.reach()
            line.heed(raw.cancel)
            let reply: BatchReply = try ControllerClient.decode(raw)
            try acknowledge(batch.sequence, reply)
            CrashPoint.batchAcknowledged.reach()
            machine.batchStored(batch.sequence, reply)
        } catch {
            try await heed(error, .batch(batch.sequence), &machine)
        }
    }

    private func acknowledge(_ sequence: Int64, _ reply: BatchReply) throws(CallFailure) {
        do throws(SpoolFailure) {
            try spool.acknowledge(through: min(reply.acknowledgedSequence, sequence))
        } catch {
            throw .malformed("the spool refuses the acknowledgement: \(error)")
        }
    }

    private func sendLog(
        from offset: Int64, _ machine: inout UploadMachine
    ) async throws(AgentStop) {
        let limit = max(1, limits.logChunkBytes)
        let bytes = try local { () throws(SpoolFailure) in
            try spool.logChunk(from: offset, limit: limit)
        }
        guard !bytes.isEmpty else { return machine.giveUp("the log has no byte \(offset)") }
        var call = line.call("PUT", "log?offset=\(offset)")
        call.set("Content-Type", "application/octet-stream")
        call.body = bytes
        call.timeout = .seconds(120)
        CrashPoint.logSending.reach()
        do throws(CallFailure) {
            let raw = try await line.client.send(call)
            CrashPoint.logAnswered.reach()
            line.heed(raw.cancel)
            let reply: LogReply = try ControllerClient.decode(raw)
            let end = offset + Int64(bytes.count)
            machine.logStored(through: end, reply)
            try? spool.acknowledgeLog(through: min(end, reply.length))
            CrashPoint.logAcknowledged.reach()
        } catch {
            try await heed(error, .log, &machine)
        }
    }

    private func sendFinish(_ machine: inout UploadMachine) async throws(AgentStop) {
        guard let stored = spool.finishRequest else { return }
        // Which files the controller took is known now, and does not change any more.
        let request = stored.naming(artifacts: spool.sentArtifacts)
        CrashPoint.finishSending.reach()
        do throws(CallFailure) {
            let (reply, _): (FinishReply, AgentReply) = try await line.client.exchange(
                request, line.call("POST", "finish"))
            CrashPoint.finishAnswered.reach()
            machine.finished(reply)
        } catch {
            try await heed(error, .finish, &machine)
        }
    }

    func heed(
        _ failure: CallFailure, _ call: UploadMachine.Call, _ machine: inout UploadMachine
    ) async throws(AgentStop) {
        guard case .refused(let refusal) = failure else {
            if failure == .cancelled { throw .cancelled }
            return machine.giveUp(failure.description)
        }
        logger.with(.reason, refusal.reasonWord).with(.status, "\(refusal.status)")
            .notice("an upload was refused")
        switch machine.refused(call, refusal, levels: levels) {
        case .none: break
        case .stopAgent: throw .superseded
        case .leaveArtifactOut(let why):
            try local { () throws(SpoolFailure) in
                guard let artifact = try spool.nextArtifact() else { return }
                logger.with(.error, "\(artifact.request.name): \(why)")
                    .warning("an artifact is left out")
                try spool.settle(artifact, isSent: false)
            }
        case .reopenArtifacts(let digests):
            try local { () throws(SpoolFailure) in try spool.reopenArtifacts(digests) }
        case .renewSession:
            if let directive = try await line.renewSession() { try follow(directive, &machine) }
        case .replaceRecord(let index, let batch, let why):
            let note = NoteRecord(
                at: .zero, level: .warning,
                text: EventRecords.plain("The controller refused a record: \(why)"),
                code: "record_invalid")
            try local { () throws(SpoolFailure) in
                _ = try spool.replaceRecord(at: index, ofBatch: batch, by: note)
            }
        }
    }

    func local<Value>(
        _ body: () throws(SpoolFailure) -> Value
    ) throws(AgentStop) -> Value {
        do throws(SpoolFailure) {
            return try body()
        } catch {
            throw .local("the spool of attempt \(spool.attempt) fails: \(error)")
        }
    }
}
