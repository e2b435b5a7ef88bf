import Hummingbird
import Testing

@testable import WebSupport

/// A file that a sample agent leaves.
struct SampleFile: Sendable {
    var name = "profile/parse/candidate/stacks.folded"
    var mediaType = "text/plain"
    var text: String
    var partBytes = 8 << 20

    var digest: String { SampleAgent.digest(text) }

    var declaration: JSONValue {
        [
            "name": .string(name), "kind": "profile", "media_type": .string(mediaType),
            "size_bytes": .integer(text.utf8.count), "digest": .string(digest),
            "part_bytes": .integer(partBytes), "role": "candidate", "benchmark": "parse",
            "facts": ["tool": "perf", "event": "cpu-clock:u"],
        ]
    }

    func part(_ number: Int, _ size: Int) -> String {
        String(decoding: Array(text.utf8).dropFirst(number * size).prefix(size), as: UTF8.self)
    }
}

extension SampleAgent {
    static let stacks = SampleFile(text: "bench;main;parse 7\n")

    func declare(_ file: SampleFile, of lease: Lease) async throws -> Reply {
        try await call(.post, "/artifacts", of: lease, file.declaration)
    }

    func sendPart(
        _ number: Int, _ text: String, of file: SampleFile, _ lease: Lease,
        announced: String? = nil, fence: Int64? = nil
    ) async throws -> Reply {
        try await send(
            .put, lease.path + "/artifacts/\(file.digest)/parts/\(number)", text,
            headers: [
                "Fleetmark-Fence": "\(fence ?? lease.fence)",
                "Fleetmark-Digest": announced ?? Self.digest(text),
                "Content-Type": "application/octet-stream",
            ])
    }

    /// Declares a file and sends what is missing of it. Returns: its identifier.
    func leave(_ file: SampleFile, of lease: Lease) async throws -> String {
        let declared = try await declare(file, of: lease)
        let size = try #require(declared["part_bytes"].integer, "\(declared.text)")
        for number in declared["missing"].items.compactMap(\.integer) {
            let sent = try await sendPart(
                Int(number), file.part(Int(number), Int(size)), of: file, lease)
            guard sent.status == 200 else { throw SampleProblem(sent.text) }
        }
        return try declared.known("id")
    }
}
