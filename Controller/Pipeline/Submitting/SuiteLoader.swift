import CommitGraph
import FleetModel
import ProjectFile
import Storage

/// Reads the project files of commits, each different file once.
struct SuiteLoader {
    private let graph: CommitGraph
    private let source: RepositorySource
    private var known: [[UInt8]: Loaded] = [:]

    init(graph: CommitGraph, source: RepositorySource) {
        self.graph = graph
        self.source = source
    }

    /// What a commit says about itself.
    enum Loaded: Sendable {
        case valid(Suite)
        case invalid(String)

        var suite: Suite? {
            if case .valid(let suite) = self { suite } else { nil }
        }
    }

    struct Suite: Sendable {
        let file: ProjectFile
        let path: String
        let digest: String
        let configDigest: String
        let canonical: String
    }

    private static let limitBytes = 256 << 10

    mutating func load(_ commit: CommitHash) async throws -> Loaded {
        var found: (path: String, bytes: [UInt8])?
        for path in ProjectFile.candidatePaths {
            guard
                let bytes = try await graph.file(
                    at: path, of: commit, limitBytes: Self.limitBytes, in: source)
            else { continue }
            guard found == nil else {
                return .invalid(
                    "both \(ProjectFile.candidatePaths.joined(separator: " and ")) exist")
            }
            found = (path, bytes)
        }
        guard let found else { return .invalid("the commit has no fleetmark.yaml") }
        if let loaded = known[found.bytes] { return loaded }
        let loaded = Self.parse(found.bytes, at: found.path)
        known[found.bytes] = loaded
        return loaded
    }

    private static func parse(_ bytes: [UInt8], at path: String) -> Loaded {
        let parsed = ProjectFile.parse(bytes: bytes, fileName: path)
        guard let file = parsed.file else { return .invalid(parsed.report) }
        let effective = EffectiveSuite(file)
        return .valid(
            Suite(
                file: file, path: path, digest: SHA256Text.of(effective.suiteForm),
                configDigest: SHA256Text.of(effective.configForm),
                canonical: String(decoding: effective.suiteForm, as: UTF8.self)))
    }
}
