/// Which side of a comparison a revision, and so a measurement, is on.
package enum RevisionRole: String, Sendable, CaseIterable {
    case candidate, base
}

/// How one benchmark of an attempt ended.
package enum CaseState: String, Sendable, CaseIterable {
    case ok, failed, invalid, skipped
}

/// How many benchmarks of an attempt ended in which way.
package struct CaseCounts: Hashable, Sendable {
    package let ok: Int
    package let failed: Int
    package let invalid: Int
    package let skipped: Int

    package init(ok: Int = 0, failed: Int = 0, invalid: Int = 0, skipped: Int = 0) {
        self.ok = ok
        self.failed = failed
        self.invalid = invalid
        self.skipped = skipped
    }
}
