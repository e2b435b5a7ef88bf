import Synchronization
package import WebSupport

/// The families that perfgate's dashboards read (perfgate contract, §13); one appears with its
/// first use.
package final class PerfgateMeter: MetricSource {
    private struct Key: Hashable {
        let family: Family
        let labels: [String]
    }

    enum Family: String, CaseIterable, Sendable {
        case authFailures = "perfgate_auth_failures_total"
        case downloads = "perfgate_baseline_downloads_total"
        case uploads = "perfgate_baseline_uploads_total"
        case baselines = "perfgate_baselines_total"
        case storageErrors = "perfgate_storage_errors_total"
        case storageOperations = "perfgate_storage_operations_total"
        case uploadFailures = "perfgate_upload_failures_total"
        case verdicts = "perfgate_verdicts_total"

        var labels: [String] {
            switch self {
            case .authFailures: ["reason"]
            case .downloads, .uploads, .baselines: ["project"]
            case .storageErrors, .storageOperations: ["operation"]
            case .uploadFailures: ["project", "reason"]
            case .verdicts: ["project", "status"]
            }
        }

        var help: String {
            switch self {
            case .authFailures: "Calls that were refused for who made them."
            case .downloads: "Baselines that were read."
            case .uploads: "Baselines that were stored."
            case .baselines: "Baselines that the last list of the project could choose from."
            case .storageErrors: "Calls that the database failed."
            case .storageOperations: "Calls that the database answered."
            case .uploadFailures: "Baselines that were not stored."
            case .verdicts: "Verdicts that were stored."
            }
        }
    }

    /// Projects have figures of their own up to so many; later ones are counted together.
    private static let projectLimit = 1_000
    private static let otherProjects = "other"

    private struct State {
        var values: [Key: Double] = [:]
        var projects: Set<String> = []
    }

    private let state = Mutex(State())

    package init() {}

    func count(_ family: Family, _ labels: String...) {
        change(family, labels) { $0 += 1 }
    }

    func set(_ family: Family, _ labels: String..., to value: Double) {
        change(family, labels) { $0 = value }
    }

    private func change(_ family: Family, _ labels: [String], _ body: (inout Double) -> Void) {
        state.withLock { state in
            var labels = labels
            if family.labels.first == "project", let project = labels.first {
                if state.projects.count < Self.projectLimit { state.projects.insert(project) }
                if !state.projects.contains(project) { labels[0] = Self.otherProjects }
            }
            body(&state.values[Key(family: family, labels: labels), default: 0])
        }
    }

    package func write(to text: inout MetricText) {
        let values = state.withLock { $0.values }
        for family in Family.allCases {
            let entries = values.filter { $0.key.family == family }
                .sorted { $0.key.labels.lexicographicallyPrecedes($1.key.labels) }
            text.add(
                family.rawValue, family == .baselines ? .gauge : .counter, help: family.help,
                entries.map { key, value in
                    MetricText.Sample(
                        value,
                        labels: zip(family.labels, key.labels).map { (name: $0, value: $1) })
                })
        }
    }
}
