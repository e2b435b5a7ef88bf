import FleetModel
import Workspaces

/// What is measured of a build itself: how long it took, and how large it came out (project file,
/// §2.2, `build.outputs`).
enum BuildMetrics {
    static let benchmark = "build"

    /// Of all steps together, in seconds.
    static func time(_ nanoseconds: Int64, of role: RevisionRole) -> MeasuredValues {
        values(
            "build_time", "s", Double(max(0, nanoseconds)) * 1e-9,
            CaseIdentity(benchmark: benchmark, parameters: .none, role: role))
    }

    /// Of all files that a glob of the outputs means, in bytes.
    static func sizes(of workspace: Workspace, outputs: [String]) -> [MeasuredValues] {
        guard !outputs.isEmpty else { return [] }
        return workspace.sizes(of: outputs).map { glob, bytes in
            values(
                "output_size", "B", Double(bytes),
                CaseIdentity(
                    benchmark: benchmark, parameters: Parameters(["output": glob]),
                    role: workspace.role))
        }
    }

    private static func values(
        _ name: String, _ unit: String, _ value: Double, _ identity: CaseIdentity
    ) -> MeasuredValues {
        MeasuredValues(
            of: identity,
            metric: MetricIdentity(
                name: name, unit: unit, better: .lower, provider: .softwareEvent),
            visit: 0, isWarmup: false, iteration: 0, values: [value], marks: [],
            startedNanoseconds: [])
    }
}
