import FleetModel
import Pipeline
import Storage
import WebSupport

/// The body of a call that compares two sides.
struct CompareRequest: Decodable {
    let base: Selector
    let candidate: Selector
    let benchmarks: [String]?
    let metrics: [String]?
    let hostClass: String?
    let policy: PolicyField?
    let test: String?
    let level: Double?
    let seed: UInt64?
    let save: Bool?

    private enum CodingKeys: String, CodingKey {
        case base, candidate, benchmarks, metrics, policy, test, level, seed, save
        case hostClass = "host_class"
    }

    /// One side: exactly one of run, commit, ref and release; a host narrows the last three.
    struct Selector: Decodable {
        let run: String?
        let commit: String?
        let ref: String?
        let release: String?
        let host: String?

        /// The branch, tag or commit by which it could be measured.
        var revision: String? { commit ?? ref ?? release }

        func side(_ pointer: String) throws(APIError) -> SideResolver.Side {
            let given = [run, commit, ref, release].count { $0 != nil }
            guard given == 1, run == nil || host == nil else {
                throw APIError(
                    .oneOfRequired,
                    "Give exactly one of run, commit, ref and release; a host with the last three.",
                    details: ["pointer": .string(pointer)])
            }
            if let run {
                guard let id = RunID(run) else { throw CompareRequest.unknownRun }
                return .run(id)
            }
            if let commit {
                guard CommitPrefix.isOne(commit.lowercased()) else {
                    throw APIError(
                        .outOfRange, "A commit is given by 7 to 64 hexadecimal digits.",
                        details: ["pointer": .string(pointer + "/commit")])
                }
                return .commit(commit)
            }
            return ref.map { .ref($0) } ?? .release(release ?? "")
        }
    }

    private static let selectorForm = JSONSchema.body([
        "run?": .identifier, "commit?": .text(7...64), "ref?": .text, "release?": .text,
        "host?": .text,
    ])

    static let policyForm = JSONSchema.body([
        "name?": .text, "version?": .integer, "text?": .text,
    ])

    static let form = JSONSchema.body([
        "base": selectorForm, "candidate": selectorForm, "benchmarks?": .list(.text, most: 100),
        "metrics?": .list(.text, most: 100), "host_class?": .text, "policy?": policyForm,
        "test?": .words(tests), "level?": .number, "seed?": .integer(from: 0),
        "save?": JSONSchema.boolean.usually(true),
    ])

    private static let tests = ["auto", "mann_whitney", "t", "permutation"]

    /// A stored policy by its name, or the text of one that is only tried.
    struct PolicyField: Decodable {
        let name: String?
        let version: Int?
        let text: String?
    }

    static var unknownRun: APIError { APIError(.notFound, "There is no such run.") }

    /// - Throws: 422 for what is out of its range, 404 for an unknown policy.
    func wish(
        _ shelf: PolicyShelf, _ project: ProjectID, acrossHosts: Bool
    ) async throws -> ComparisonWish {
        var wish = ComparisonWish.usual
        wish.acrossHosts = acrossHosts
        wish.benchmarks = try Self.patterns(benchmarks, "/benchmarks")
        wish.metrics = try Self.patterns(metrics, "/metrics")
        wish.seed = seed
        if let level {
            guard level > 0, level < 1 else {
                throw Self.outOfRange("/level", "The level lies between 0 and 1.")
            }
            wish.level = level
        }
        if let test {
            guard Self.tests.contains(test) else {
                throw Self.outOfRange(
                    "/test", "The test is one of \(Self.tests.joined(separator: ", ")).")
            }
            wish.test = test
        }
        if let policy {
            wish.policy = .project(try await policy.stored(shelf, project))
        }
        return wish
    }

    private static func patterns(
        _ patterns: [String]?, _ pointer: String
    ) throws(APIError) -> [String] {
        let patterns = patterns ?? []
        guard patterns.count <= 100, patterns.allSatisfy({ $0.utf8.count <= 300 }) else {
            throw outOfRange(pointer, "At most 100 patterns of 300 bytes.")
        }
        return patterns
    }

    static func outOfRange(_ pointer: String, _ message: String) -> APIError {
        APIError(.outOfRange, message, details: ["pointer": .string(pointer)])
    }
}

extension CompareRequest.PolicyField {
    /// Nil for the default that needs no configuration, which is version 0.
    func stored(_ shelf: PolicyShelf, _ project: ProjectID) async throws -> RunPolicy.Stored? {
        if let text {
            guard version == nil else {
                throw APIError(
                    .oneOfRequired, "Give a policy's text, or its version.",
                    details: ["pointer": "/policy"])
            }
            do {
                return try PolicyShelf.tried(text, name: name ?? PolicyShelf.usualName)
            } catch {
                throw APIError(error)
            }
        }
        if version == 0 { return nil }
        let name = name ?? PolicyShelf.usualName
        guard let found = try await shelf.version(version, of: name, in: project) else {
            throw APIError(.notFound, "There is no such version of the policy \(name).")
        }
        return found
    }
}

extension APIError {
    /// The refusal of a policy's text, with the place of its first fault.
    init(_ refusal: PolicyShelf.Refusal) {
        self.init(
            .policyInvalid, refusal.report,
            details: [
                "line": .integer(refusal.line), "path": .string(refusal.path),
                "pointer": "/text",
            ])
    }
}
