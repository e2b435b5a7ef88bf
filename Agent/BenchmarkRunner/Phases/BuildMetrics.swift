import FleetModel
import Workspaces

/// What is measured of the build of one matrix cell: how long it took, and how large it came out
/// (project file, §2.2, `build.outputs`).
struct BuildMetrics {
    static let benchmark = "build"

    let cell: Parameters

    /// Of all steps together, in seconds.
    func time(_ nanoseconds: Int64, of role: RevisionRole) -> MeasuredValues {
        values("build_time", "s", Double(max(0, nanoseconds)) * 1e-9, [:], role)
    }

    /// Of all files that a glob of the outputs means, in bytes.
    func sizes(of workspace: Workspace, outputs: [String]) -> [MeasuredValues] {
        guard !outputs.isEmpty else { return [] }
        return workspace.sizes(of: outputs).map { glob, bytes in
            values("output_size", "B", Double(bytes), ["output": glob], workspace.role)
        }
    }

    /// The cell's values are parameters, as they are of benchmarks (project file, §2.2).
    private func values(
        _ name: String, _ unit: String, _ value: Double, _ own: [String: String],
        _ role: RevisionRole
    ) -> MeasuredValues {
        var parameters = own
        for pair in cell.pairs { parameters["matrix.\(pair.name)"] = pair.value }
        return MeasuredValues(
            of: CaseIdentity(
                benchmark: Self.benchmark, parameters: Parameters(parameters), role: role),
            metric: MetricIdentity(
                name: name, unit: unit, better: .lower, provider: .softwareEvent),
            visit: 0, isWarmup: false, iteration: 0, values: [value], marks: [],
            startedNanoseconds: [])
    }
}
