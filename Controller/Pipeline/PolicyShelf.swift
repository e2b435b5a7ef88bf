import Analysis
package import FleetModel
import ProjectFile
package import Storage

/// Reads policies as rules, which the store keeps as text.
package struct PolicyShelf: Sendable {
    let policies: PolicyStore

    package init(policies: PolicyStore) { self.policies = policies }

    /// The policy by which a project's runs are judged.
    package static let usualName = "default"

    /// Nil where the project has none, or took it out of force.
    func inForce(of project: ProjectID) async throws -> RunPolicy.Stored? {
        try await policies.policy(Self.usualName, of: project)?.active.flatMap(Self.stored)
    }

    /// Nil for an unknown policy or version.
    package func version(
        _ number: Int?, of name: String, in project: ProjectID
    ) async throws -> RunPolicy.Stored? {
        let found = try await policies.versions(name, of: project)
        let wanted = number.map { number in found.first { $0.number == number } } ?? found.first
        return wanted.flatMap(Self.stored)
    }

    /// Texts are checked before they are stored; one that a later version of the reader refuses
    /// holds no rules.
    private static func stored(_ version: PolicyStore.Version) -> RunPolicy.Stored? {
        let parsed = PolicyDocument.parse(bytes: Array(version.text.utf8), fileName: version.name)
        return parsed.document.map {
            RunPolicy.Stored(
                name: version.name, version: version.number, digest: version.digest, document: $0)
        }
    }

    package struct Refusal: Error, Sendable {
        /// For people, with the lines of the document.
        package let report: String
        package let line: Int
        package let path: String
        package let message: String
    }

    /// A text that is not stored, or not yet.
    /// - Throws: `Refusal`.
    package static func tried(_ text: String, name: String) throws(Refusal) -> RunPolicy.Stored {
        let bytes = Array(text.utf8)
        guard bytes.count <= PolicyDocument.limitBytes else {
            throw Refusal(
                report: "the policy is longer than \(PolicyDocument.limitBytes) bytes", line: 1,
                path: "", message: "too long")
        }
        let parsed = PolicyDocument.parse(bytes: bytes, fileName: "policy \(name)")
        guard let document = parsed.document else {
            let first = parsed.problems.first { $0.severity == .error }
            throw Refusal(
                report: parsed.report, line: first?.line ?? 1, path: first?.path ?? "",
                message: first?.message ?? "not valid")
        }
        return RunPolicy.Stored(
            name: name, version: 0, digest: SHA256Text.of(text), document: document)
    }

    /// A rule as somebody wrote it.
    package struct Effective: Sendable {
        package let line: Int
        package let benchmark: String
        package let metric: String
        /// By key of the document.
        package let terms: [String: Term]
    }

    package enum Term: Hashable, Sendable {
        case number(Double)
        case text(String)
        case flag(Bool)
    }

    package static func rules(of stored: RunPolicy.Stored) -> [Effective] {
        stored.document.rules.map {
            Effective(
                line: $0.line, benchmark: $0.benchmark, metric: $0.metric, terms: terms($0.policy))
        }
    }

    /// Those that say something of one series, in their order.
    package static func rules(
        of stored: RunPolicy.Stored, for benchmark: String, _ metric: String
    ) -> [Effective] {
        rules(of: stored).filter {
            Glob($0.benchmark).matches(benchmark) && Glob($0.metric).matches(metric)
        }
    }

    private static func terms(_ policy: Policy) -> [String: Term] {
        let all: [String: Term?] = [
            "threshold": policy.threshold.map { .number($0) } ?? .text("auto"),
            "warn": policy.warn.map { .number($0) } ?? .text("auto"),
            "test": .text(policy.test.rawValue), "lower": policy.lower.map { .number($0) },
            "upper": policy.upper.map { .number($0) },
            "min_sample_size": policy.minSampleSize.map { .number(Double($0)) },
            "max_sample_size": .number(Double(policy.maxSampleSize)),
            "mirror": .flag(policy.isMirrored), "q": .number(policy.falseDiscoveryRate),
            "noise_threshold": policy.noiseThreshold.map { .number($0) },
            "noise_policy": .text(policy.noisePolicy.rawValue),
            "require_significance": .flag(policy.requiresSignificance),
            "baseline": .text(policy.baseline.rawValue),
            "n": .number(Double(policy.baselineCount)),
        ]
        return all.filter { policy.given.contains($0.key) }.compactMapValues { $0 }
    }
}
