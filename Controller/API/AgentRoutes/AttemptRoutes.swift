import AgentProtocol
import CrashPoints
import FleetModel
package import Hummingbird
package import Pipeline
import Storage
package import WebSupport

/// What an agent says of an attempt that it holds: beats, batches, log, end.
package struct AttemptRoutes<Context: FleetContext>: RouteGroup {
    let queue: JobQueue

    package init(queue: JobQueue) { self.queue = queue }

    package func add(to router: RouterGroup<Context>) {
        let limits = ProtocolLimits.standard
        router.group("attempts/:attempt")
            .post("heartbeat", use: heartbeat)
            .post("finish", use: finish)
        router.admitting(bodyBytes: limits.batchPlainBytes ?? 8 << 20)
            .put("attempts/:attempt/batches/:seq", use: batch)
            .put("attempts/:attempt/log", use: log)
    }

    /// 200; 404 `unknown_attempt`, 409 `fenced session_superseded terminal`.
    @Sendable private func heartbeat(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let call = AgentCall(request: request, context: context)
        let holder = try call.holder()
        let message = try await call.message(HeartbeatRequest.self)
        let beat = AttemptStore.Beat(
            number: message.beat, phase: message.phase, progress: message.progress,
            done: message.done, total: message.total,
            quietFor: message.quietFor?.duration ?? .zero)
        CrashPoint.heartbeatStoring.reach()
        let answer = try await queue.attempts.heartbeat(beat, from: holder)
        CrashPoint.heartbeatStored.reach()
        return try AgentCall<Context>.reply(
            HeartbeatReply(
                lease: Nanoseconds(answer.lease), leaseUntil: answer.leaseUntil,
                cancel: answer.cancel, acknowledgedSequence: answer.ackedSequence,
                logLength: answer.logBytes,
                artifactsMissing: answer.missing.map {
                    MissingArtifact(digest: $0.digest, parts: $0.parts)
                }))
    }

    /// 200 after the commit; 400 `bad_digest`, 409, 410, 412 `expected_seq`, 413, 422.
    @Sendable private func batch(_ request: Request, _ context: Context) async throws -> Response {
        let call = AgentCall(request: request, context: context)
        let holder = try call.holder()
        let announced = try call.header(AgentHeader.digest)
        let body = try await call.bytes(upTo: ProtocolLimits.standard.batchPlainBytes ?? 8 << 20)
        let digest = ContentDigest.prefix + SHA256Text.of(body)
        guard announced == digest else {
            throw APIError(.badDigest, "The body does not have the announced digest.")
        }
        let batch: BatchRequest
        do throws(RecordProblem) {
            batch = try BatchRequest.decode(bytes: body, limits: .standard)
        } catch {
            throw APIError(error)
        }
        guard try context.pathText("seq") == "\(batch.sequence)" else {
            throw APIError(.invalidValue, "The path and the body name different batches.")
        }
        CrashPoint.batchStoring.reach()
        let answer = try await queue.ingest.store(
            IngestStore.Batch(sequence: batch.sequence, digest: digest, body: body), from: holder)
        CrashPoint.batchStored.reach()
        return try AgentCall<Context>.reply(
            BatchReply(
                nextSequence: answer.ackedSequence + 1,
                acknowledgedSequence: answer.ackedSequence, counted: answer.isCounted))
    }

    /// 200; 409 `log_gap log_mismatch`, 410, 413 `log_full`.
    @Sendable private func log(_ request: Request, _ context: Context) async throws -> Response {
        let call = AgentCall(request: request, context: context)
        let holder = try call.holder()
        guard let offset = try QueryParameters(request).integer("offset", in: 0...Int.max) else {
            throw APIError(.invalidValue, "The parameter offset is missing.")
        }
        let bytes = try await call.bytes(upTo: ProtocolLimits.standard.logChunkBytes)
        CrashPoint.logAppending.reach()
        let (length, isCounted) = try await queue.ingest.appendLog(
            bytes, at: Int64(offset), from: holder)
        CrashPoint.logAppended.reach()
        return try AgentCall<Context>.reply(LogReply(length: length, counted: isCounted))
    }

    /// 200 with `may_discard`; 409 `incomplete finish_mismatch fenced`.
    @Sendable private func finish(_ request: Request, _ context: Context) async throws -> Response {
        let call = AgentCall(request: request, context: context)
        let holder = try call.holder()
        let message = try await call.message(FinishRequest.self)
        let report = FinishStore.Report(
            outcome: message.outcome, failure: message.failure?.failure,
            lastSequence: message.lastSequence, logLength: message.logLength,
            artifacts: message.artifacts, digest: SHA256Text.of(try WireCodec.encode(message)),
            tuningRestored: message.tuningRestored)
        do {
            CrashPoint.finishStoring.reach()
            let answer = try await queue.finishes.finish(report, from: holder)
            CrashPoint.finishStored.reach()
            return try AgentCall<Context>.reply(
                FinishReply(
                    attemptState: Word(answer.attempt), jobState: Word(answer.job),
                    counted: answer.isCounted, mayDiscard: true))
        } catch StoreFailure.fenced(let fence) {
            throw APIError(
                .fenced, "The job was claimed again.",
                details: ["job_fence": .integer(fence.number), "may_discard": true])
        }
    }
}
