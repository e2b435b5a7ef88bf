package import AgentProtocol
import CrashPoints
import Synchronization

extension AttemptSpool {
    /// Takes a file; it is durable, and will be sent, when this returns.
    ///
    /// `content` writes the bytes and then says what they are. Call it between repetitions. `full`
    /// leaves nothing of it: artifacts may fill as much as logs, so that samples have room.
    package func keepArtifact(
        _ content: (
            _ write: ([UInt8]) throws(SpoolFailure) -> Void
        ) throws(SpoolFailure) -> ArtifactRequest
    ) throws(SpoolFailure) {
        let number = try state.withLock { (state) throws(SpoolFailure) in
            try mayAppend(state)
            state.drafts += 1
            return state.drafts
        }
        let draft = try artifacts.draft(number)
        let name = draft.name
        var written: Int64 = 0
        do throws(SpoolFailure) {
            let request = try content { (bytes) throws(SpoolFailure) in
                try chargeArtifact(bytes.count)
                written += Int64(bytes.count)
                try artifacts.append(bytes, to: draft)
            }
            guard request.sizeBytes == written else {
                throw SpoolFailure.storage(
                    operation: "keep", path: path, reason: "\(request.name) has another size")
            }
            CrashPoint.artifactCopied.reach()
            try keep(draft, request)
        } catch {
            artifacts.drop(name)
            releaseArtifact(written)
            throw error
        }
    }

    private func keep(
        _ draft: consuming ArtifactFolder.Draft, _ request: ArtifactRequest
    ) throws(SpoolFailure) {
        try artifacts.keep(draft, as: request.digest)
        CrashPoint.artifactNamed.reach()
        try state.withLock { (state) throws(SpoolFailure) in
            try mayAppend(state)
            let number = try store.add(request)
            // Equal content lies there once.
            if state.entries.contains(where: { $0.digest == request.digest }) {
                state.artifactBytes -= request.sizeBytes
            }
            state.entries.append(
                ArtifactEntry(
                    number: number, digest: request.digest, sizeBytes: request.sizeBytes,
                    state: .kept))
            settle(&state)
        }
        CrashPoint.artifactKept.reach()
    }

    /// How many wait to be sent.
    package var openArtifacts: Int {
        state.withLock { state in state.entries.count { $0.state == .kept } }
    }

    /// Bytes of all artifacts, equal content counted once.
    package var artifactBytes: Int64 { state.withLock { $0.artifactBytes } }

    package var artifactCount: Int { state.withLock { $0.entries.count } }

    /// The oldest that waits; the same until it is settled.
    package func nextArtifact() throws(SpoolFailure) -> SpooledArtifact? {
        let number = state.withLock { state in
            state.entries.first { $0.state == .kept }?.number
        }
        guard let number, let request = try store.artifact(number) else { return nil }
        return SpooledArtifact(number: number, request: request)
    }

    /// The bytes of one part; fewer than `limit` only at the file's end.
    package func bytes(
        of artifact: SpooledArtifact, from offset: Int64, limit: Int
    ) throws(SpoolFailure) -> [UInt8] {
        try artifacts.bytes(of: artifact.request.digest, from: offset, limit: limit)
    }

    /// The controller has it, or will never take it; its file stays until the spool goes.
    package func settle(
        _ artifact: SpooledArtifact, isSent: Bool
    ) throws(SpoolFailure) {
        try setArtifact(artifact.number, isSent ? .sent : .leftOut)
    }

    /// The digests that the end of the attempt names.
    package var sentArtifacts: [String] {
        state.withLock { state in
            var seen: Set<String> = []
            return state.entries.filter { $0.state == .sent && seen.insert($0.digest).inserted }
                .map(\.digest)
        }
    }

    /// The controller lacks these after all.
    package func reopenArtifacts(_ digests: Set<String>) throws(SpoolFailure) {
        let numbers = state.withLock { state in
            state.entries.filter { $0.state == .sent && digests.contains($0.digest) }
                .map(\.number)
        }
        for number in numbers { try setArtifact(number, .kept) }
    }

    private func setArtifact(_ number: Int64, _ new: ArtifactState) throws(SpoolFailure) {
        try state.withLock { (state) throws(SpoolFailure) in
            guard !state.isDiscarded else { throw .discarded }
            try store.set(new, ofArtifact: number)
            guard let place = state.entries.firstIndex(where: { $0.number == number }) else {
                return
            }
            state.entries[place].state = new
        }
    }

    private func chargeArtifact(_ bytes: Int) throws(SpoolFailure) {
        try state.withLock { (state) throws(SpoolFailure) in
            guard budget.take(Int64(bytes), upTo: budget.logCeiling) else { throw .full }
            state.charged += Int64(bytes)
            state.artifactBytes += Int64(bytes)
        }
    }

    private func releaseArtifact(_ bytes: Int64) {
        state.withLock { state in
            state.artifactBytes -= bytes
            settle(&state)
        }
    }
}
