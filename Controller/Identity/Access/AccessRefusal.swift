/// Why a caller who is known may not do what it asks for: 403, but for a broken pattern.
package enum AccessRefusal: Error, Sendable, Equatable {
    case scopeMissing(Scope)
    /// The credential belongs to another project.
    case projectMismatch(asked: String)
    case benchmarkRestricted(String)
    /// The credential's own pattern cannot be compiled: 500.
    case brokenPattern(reason: String)
}

extension KeyIdentity {
    /// Decides whether the caller may do this on the project, and on the benchmark where one is
    /// known: scope, then project, then pattern. Source: perfgate-api §3.4.
    package func authorize(
        _ scope: Scope, on project: String, benchmark: String? = nil
    ) throws(AccessRefusal) {
        guard scopesAnywhere.contains(scope) else { throw .scopeMissing(scope) }
        let here = scopes(on: project)
        guard here.contains(scope) else {
            throw here.isEmpty ? .projectMismatch(asked: project) : .scopeMissing(scope)
        }
        if let benchmark { try authorize(benchmark: benchmark) }
    }

    /// Decides about what belongs to no project.
    package func authorize(installation scope: Scope) throws(AccessRefusal) {
        guard installationScopes.contains(scope) else { throw .scopeMissing(scope) }
    }

    /// Decides about the benchmark alone, where the project was decided before.
    package func authorize(benchmark: String) throws(AccessRefusal) {
        guard try reaches(benchmark: benchmark) else { throw .benchmarkRestricted(benchmark) }
    }

    /// Whether the benchmark's rows stand in lists that the caller reads.
    /// - Throws: `brokenPattern` alone.
    package func reaches(benchmark: String) throws(AccessRefusal) -> Bool {
        guard let benchmarks else { return true }
        guard let isMatch = benchmarks.matches(benchmark) else {
            throw .brokenPattern(reason: benchmarks.fault ?? "")
        }
        return isMatch
    }
}
