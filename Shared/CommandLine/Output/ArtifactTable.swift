/// Files of a run, one a row.
struct ArtifactTable {
    private let artifacts: [Artifact]

    init(_ artifacts: [Artifact]) { self.artifacts = artifacts }

    var table: TextTable {
        TextTable(
            [
                .init("NAME"), .init("SIZE", .right), .init("SIDE"), .init("MADE WITH"), .init(""),
            ],
            rows: artifacts.map { artifact in
                [
                    .init(artifact.name),
                    .init(Self.size(artifact.sizeBytes), order: Double(artifact.sizeBytes)),
                    .init(artifact.revisionRole), .init(Self.maker(artifact)),
                    .init(artifact.deletedUs == nil ? nil : "deleted by retention"),
                ]
            })
    }

    /// There is no part of a byte.
    private static func size(_ bytes: Int64) -> String {
        bytes < 1000 ? "\(bytes) B" : Readable.value(Double(bytes), unit: "B")
    }

    /// Of a profile, what it counts.
    private static func maker(_ artifact: Artifact) -> String? {
        guard let facts = artifact.facts, let tool = facts["tool"] else {
            return artifact.facts?["format"]
        }
        return [tool, facts["event"]].compactMap(\.self).joined(separator: " ")
    }
}
