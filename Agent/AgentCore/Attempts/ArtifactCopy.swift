import AgentProtocol
import BenchmarkRunner
import Crypto
import FleetModel
import Glibc
import Spool

/// Copies a file of an attempt into its spool, within the limits of the session.
struct ArtifactCopy {
    /// Why a file stays behind.
    struct Refusal: Error {
        let reason: String
        /// More files of this attempt would meet the same.
        var isLimit = false
    }

    /// What an attempt may leave in number; a controller of its own mind may allow fewer. Raw
    /// results, which are many, leave room for what was asked for.
    private static let countLimit = 1000
    private static let rawLimit = 900
    private static let chunkBytes = 1 << 20

    let spool: AttemptSpool
    let limits: ProtocolLimits

    func keep(_ artifact: RunnerArtifact) throws(Refusal) -> ArtifactRequest {
        let isRaw = artifact.kind == RunnerArtifact.rawOutputKind
        let limit = isRaw ? Self.rawLimit : Self.countLimit
        guard spool.artifactCount < limit else {
            throw Refusal(reason: "the attempt has left \(limit) files already", isLimit: true)
        }
        switch artifact.content {
        case .bytes(let bytes):
            try requireRoom(Int64(bytes.count))
            var rest = bytes[...]
            return try store(artifact) { () throws(SpoolFailure) in
                defer { rest = rest.dropFirst(Self.chunkBytes) }
                return Array(rest.prefix(Self.chunkBytes))
            }
        case .file(let path):
            let file = try ForeignFile(path)
            try requireRoom(file.sizeBytes)
            // No more than was there: a program that outlived its launch may still write.
            var left = file.sizeBytes
            return try store(artifact) { () throws(SpoolFailure) in
                let bytes = try file.read(upTo: Int(min(Int64(Self.chunkBytes), left)))
                left -= Int64(bytes.count)
                return bytes
            }
        }
    }

    private func requireRoom(_ bytes: Int64) throws(Refusal) {
        if let limit = limits.artifactBytes, bytes > limit {
            throw Refusal(reason: "it has \(bytes) bytes, and \(limit) are the limit")
        }
        if let limit = limits.attemptArtifactBytes, spool.artifactBytes > limit - bytes {
            throw Refusal(
                reason: "the files of an attempt may have \(limit) bytes", isLimit: true)
        }
    }

    /// `next`: the bytes that follow; none at the end.
    private func store(
        _ artifact: RunnerArtifact, _ next: () throws(SpoolFailure) -> [UInt8]
    ) throws(Refusal) -> ArtifactRequest {
        var hash = SHA256()
        var size: Int64 = 0
        var request: ArtifactRequest?
        do throws(SpoolFailure) {
            try spool.keepArtifact { (write) throws(SpoolFailure) in
                while true {
                    let bytes = try next()
                    if bytes.isEmpty { break }
                    hash.update(data: bytes)
                    size += Int64(bytes.count)
                    try write(bytes)
                }
                let made = self.request(
                    artifact, size, ContentDigest.prefix + Hexadecimal.text(hash.finalize()))
                do throws(FieldProblem) {
                    try made.validate()
                } catch {
                    throw .storage(operation: "keep", path: artifact.name, reason: error.message)
                }
                request = made
                return made
            }
        } catch {
            guard error == .full else { throw Refusal(reason: "\(error)") }
            throw Refusal(reason: "the spool on this host has no room for it", isLimit: true)
        }
        guard let request else { throw Refusal(reason: "nothing of it was stored") }
        return request
    }

    private func request(
        _ artifact: RunnerArtifact, _ sizeBytes: Int64, _ digest: String
    ) -> ArtifactRequest {
        ArtifactRequest(
            name: artifact.name, kind: artifact.kind, mediaType: artifact.mediaType,
            sizeBytes: sizeBytes, digest: digest, partBytes: limits.partBytes ?? 8 << 20,
            role: artifact.role, benchmark: artifact.benchmark,
            facts: artifact.facts.isEmpty ? nil : artifact.facts)
    }
}
