import Analysis
package import ProjectFile

extension BenchmarkEntry {
    /// The watched metrics of an entry that names none (project file, §2.3).
    private static let usualMetrics = [
        "time", "throughput", "latency", "allocated_bytes", "instructions",
        "instructions_simulated",
    ]

    /// Patterns of the metrics that are judged.
    package var watchList: [String] {
        watch ?? (metrics.isEmpty ? Self.usualMetrics : metrics.keys.sorted())
    }

    package func watches(_ metric: String) -> Bool { Glob.selects(metric, by: watchList) }
}
