import FleetModel

extension JobDescription {
    package static let schemaName = "fleetmark.job.v1"
    /// Most benchmarks of one job.
    package static let benchmarkLimit = 10_000

    package func validate() throws(FieldProblem) {
        guard schema == Self.schemaName else {
            throw FieldProblem("/schema", "The schema is not known.")
        }
        guard issued < expires else {
            throw FieldProblem("/expires_us", "The job expires before it is issued.")
        }
        try FieldCheck.parameters(cell?.values ?? [:])
        try FieldCheck.name("project/name", project.name)
        try FieldCheck.name("suite/name", suite.name)
        try checkRevisions()
        guard benchmarks.count <= Self.benchmarkLimit else {
            throw FieldProblem("/benchmarks", "More than \(Self.benchmarkLimit) benchmarks.")
        }
        for (index, benchmark) in benchmarks.enumerated() {
            do throws(FieldProblem) {
                try benchmark.validate()
            } catch {
                throw error.below("/benchmarks/\(index)")
            }
        }
        try checkAmounts()
    }

    private func checkRevisions() throws(FieldProblem) {
        guard (1...2).contains(revisions.count) else {
            throw FieldProblem("/revisions", "A job has one or two revisions.")
        }
        guard Set(revisions.map(\.role)).count == revisions.count else {
            throw FieldProblem("/revisions", "Two revisions have the same role.")
        }
    }

    private func checkAmounts() throws(FieldProblem) {
        try repetitions.validate()
        try FieldCheck.count("counters/passes_max", counters.passesMax ?? 0)
        try isolation.validate()
        guard order.runsPerSide >= 1 else {
            throw FieldProblem("/order/runs_per_side", "At least one run per side is needed.")
        }
    }
}

extension JobDescription.Isolation {
    /// Below `/isolation`.
    func validate() throws(FieldProblem) {
        guard cpus.count >= 1 else {
            throw FieldProblem("/isolation/cpus/count", "At least one processor is needed.")
        }
        for (name, bytes) in [
            ("memory_max_bytes", memoryMaxBytes), ("disk_max_bytes", diskMaxBytes),
        ]
        where bytes ?? 1 < 1 {
            throw FieldProblem("/isolation/\(name)", "A limit is at least one byte.")
        }
        guard processesMax ?? 1 >= 1 else {
            throw FieldProblem("/isolation/pids_max", "A program is at least one process.")
        }
    }
}

extension JobDescription.Repetitions {
    /// Below `/repetitions`.
    func validate() throws(FieldProblem) {
        guard min >= 1, min <= max else {
            throw FieldProblem("/repetitions", "The bounds are not 1 ≤ min ≤ max.")
        }
        try FieldCheck.finite("repetitions/target_rel", targetShare)
        try FieldCheck.count("repetitions/fixed", fixed ?? 0)
        try FieldCheck.count("repetitions/retry_invalid_max", retryInvalidMax ?? 0)
    }
}

extension JobDescription.Benchmark {
    func validate() throws(FieldProblem) {
        try FieldCheck.name("name", name)
        try FieldCheck.parameters(parameters.values)
        guard command.first?.isEmpty == false else {
            throw FieldProblem("/command", "The command is empty.")
        }
        try FieldCheck.name("format", format)
        try repetitions?.validate()
        try isolation?.validate()
        try FieldCheck.count("counters/passes_max", counters?.passesMax ?? 0)
        for (index, metric) in (metrics ?? []).enumerated() {
            try FieldCheck.slug("metrics/\(index)/metric", metric.metric)
        }
    }
}

// What absent optional fields mean (API contract, §4.5).

extension JobDescription {
    package var cancelGraceOrDefault: Nanoseconds { cancelGrace ?? Nanoseconds(.seconds(10)) }
}

extension JobDescription.Repository {
    package var fetchesLargeFiles: Bool { largeFiles ?? false }
}

extension JobDescription.Benchmark {
    package var allowsPartialResume: Bool { partialResume ?? false }
    package var setsUpEach: Bool { setupEach ?? false }
}

extension JobDescription.Counters {
    package var passLimit: Int { passesMax ?? 4 }
}

extension JobDescription.Isolation {
    package var addressLayout: Addresses { addresses ?? .off }
    package var fixesSeeds: Bool { deterministic ?? true }
    package var dropsPageCache: Bool { pageCache == .cold }
}

extension JobDescription.Isolation.CPUs {
    package var takesWholeCores: Bool { wholeCores ?? true }
}

extension JobDescription.Repetitions {
    package var startsFreshProcesses: Bool { freshProcess ?? true }
    package var invalidRetryLimit: Int { retryInvalidMax ?? 2 }
}

extension JobDescription.Profile {
    package var samplingHertz: Int { frequencyHertz ?? 999 }
}
