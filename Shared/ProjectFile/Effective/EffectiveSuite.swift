/// A file as it is run: its canonical forms, its builds and its executions
/// (project-file.md section 3).
package struct EffectiveSuite: Sendable {
    private let file: ProjectFile

    package init(_ file: ProjectFile) {
        self.file = file
    }

    /// Entries that are enabled, in the order of the file; for each the cells that it runs in,
    /// then its params with the last one fastest.
    package var executions: [BenchmarkExecution] {
        file.benchmarks.filter(\.isEnabled).flatMap { entry in
            file.cells.filter { $0.fits(entry.only) }.flatMap { cell in
                Self.combinations(entry.parameters).map { parameters in
                    BenchmarkExecution(
                        entry: entry, cell: cell, parameters: parameters,
                        environment: file.environment)
                }
            }
        }
    }

    /// One build for each cell.
    package var builds: [(cell: MatrixCell, plan: BuildPlan)] {
        file.cells.map { ($0, file.build.substitute($0.substitutions)) }
    }

    /// The bytes of the suite digest: all that can change a number.
    package var suiteForm: [UInt8] {
        let settings = file.settings
        var members: [String: CanonicalJSON] = [:]
        for section in ["fetch", "environment", "build", "measure"] {
            members[section] = CanonicalJSON(settings.section(section)) {
                !Self.outsideSuite.contains($0)
            }
        }
        members["matrix"] = .set(
            file.cells.map { .object($0.values.mapValues(CanonicalJSON.text)) })
        members["benchmarks"] = .set(
            file.benchmarks.map { entry in
                CanonicalJSON(entry.settings) { !Self.outsideSuite.contains($0) }
            })
        return CanonicalJSON.object(members).bytes
    }

    /// All that the file says of the build of any cell: what a finished one must have been made by.
    package var buildForm: [UInt8] {
        let settings = file.settings
        var members: [String: CanonicalJSON] = [
            "build": CanonicalJSON(settings.section("build")) { !Self.limits.contains($0) }
        ]
        for section in ["fetch", "environment"] {
            members[section] = CanonicalJSON(settings.section(section)) { _ in true }
        }
        return CanonicalJSON.object(members).bytes
    }

    /// The bytes of the config digest: the rest that decides.
    package var configForm: [UInt8] {
        let settings = file.settings
        var members: [String: CanonicalJSON] = [:]
        for section in ["policy", "requires", "interleave", "dependencies", "artifacts"] {
            members[section] = settings[section].map { CanonicalJSON($0) }
        }
        members["build"] = CanonicalJSON(settings.section("build"), keeping: Self.limits.contains)
        members["benchmarks"] = .set(
            file.benchmarks.map { entry in
                CanonicalJSON(entry.settings) { $0 == "name" || Self.deciding.contains($0) }
            })
        return CanonicalJSON.object(members).bytes
    }

    /// The bytes of an entry's configuration fingerprint: what starts new series when it changes.
    package static func fingerprintForm(of entry: BenchmarkEntry) -> [UInt8] {
        let settings = entry.settings
        var form: [String: CanonicalJSON] = [
            "measure": CanonicalJSON(
                settings.section("measure"), keeping: fingerprintMeasure.contains),
            "units": .object(entry.metrics.compactMapValues { $0.unit.map(CanonicalJSON.text) }),
        ]
        for key in ["format", "series", "skip_iterations"] {
            form[key] = settings[key].map { CanonicalJSON($0) }
        }
        return CanonicalJSON.object(form).bytes
    }

    /// The bytes of everything that holds, defaults filled in; for people, and for no digest.
    package var wholeForm: [UInt8] {
        let outside: Set<String> = ["benchmarks", "matrix"]
        var members: [String: CanonicalJSON] = [:]
        for name in file.settings.names where !outside.contains(name) {
            members[name] = file.settings[name].map { CanonicalJSON($0) }
        }
        members["matrix"] = .list(
            file.cells.map { .object($0.values.mapValues(CanonicalJSON.text)) })
        members["benchmarks"] = .list(
            file.benchmarks.map { CanonicalJSON($0.settings) { _ in true } })
        return CanonicalJSON.object(members).bytes
    }

    private static let limits: Set<String> = ["timeout", "silence"]

    private static let deciding: Set<String> = [
        "metrics", "keep", "watch", "policy", "requires", "tags", "timeout", "silence", "budget",
        "partial_resume",
    ]

    private static let outsideSuite = deciding.union(["description", "owner"])

    private static let fingerprintMeasure: Set<String> = [
        "cpus", "smt", "numa", "aslr", "network", "isolation", "tuning", "memory", "page_cache",
        "deterministic",
    ]

    private static func combinations(_ axes: [String: [String]]) -> [[String: String]] {
        var result: [[String: String]] = [[:]]
        for (name, values) in axes.sorted(by: { $0.key < $1.key }) {
            result = result.flatMap { partial in
                values.map { partial.merging([name: $0]) { _, new in new } }
            }
        }
        return result
    }
}
