import FleetModel
import Storage

/// The files that a run left: profiles first, a tool's raw results folded away.
struct ArtifactList: Hashable, Sendable {
    let profiles: [Line]
    let raw: [Line]
    let hasProfiles: Bool
    let hasRaw: Bool
    /// `120 raw result files`.
    let rawCount: String
    let summary: String

    struct Line: Hashable, Sendable {
        let name: ForeignText
        let side: String?
        let size: String
        /// With what a profile was made, and why with that.
        let maker: ForeignText?
        let why: ForeignText?
        /// Nil when retention has taken the bytes.
        let address: String?
    }

    /// More are in the JSON.
    private static let rawShown = 200

    init?(_ artifacts: [ArtifactRecord]) {
        guard !artifacts.isEmpty else { return nil }
        let all = Dictionary(grouping: artifacts) { $0.kind == "raw_output" }
        profiles = (all[false] ?? []).map(Line.init)
        raw = (all[true] ?? []).prefix(Self.rawShown).map(Line.init)
        hasProfiles = !profiles.isEmpty
        hasRaw = !raw.isEmpty
        let count = all[true]?.count ?? 0
        rawCount = "\(Figures.grouped(Int64(count))) raw result file\(count == 1 ? "" : "s")"
        summary = UnitScale.bytes(artifacts.reduce(0) { $0 + $1.sizeBytes }) + " in all"
    }
}

extension ArtifactList.Line {
    init(_ artifact: ArtifactRecord) {
        name = ForeignText(artifact.name)
        side = artifact.role.map { $0 == .base ? "base" : "head" }
        size = UnitScale.bytes(artifact.sizeBytes)
        let facts = artifact.facts
        maker = facts["tool"].map { tool in
            ForeignText([tool, facts["event"]].compactMap(\.self).joined(separator: ", "))
        }
        why = facts["why"].map { ForeignText($0) }
        address = artifact.deletedAt == nil ? DocumentPath.artifact(artifact.id).text : nil
    }
}
