import FleetModel

/// The result files of one execution, as the tool wrote them.
struct RawResults {
    let entry: BenchmarkPlan
    let role: RevisionRole
    /// Of the side, from 1.
    let execution: Int

    func keep(_ files: [ResultFolder.Found], _ recorder: EventRecorder) throws(RunnerStop) {
        var used: Set<String> = []
        for file in files {
            let parts = file.path.split(separator: "/").map(String.init)
            var name = ArtifactName.joined(
                ["raw", ArtifactName.part(entry), role.rawValue, "\(execution)"] + parts)
            // Names that differ in signs alone.
            if !used.insert(name).inserted {
                name += "-\(used.count)"
                used.insert(name)
            }
            try recorder.keep(
                RunnerArtifact(
                    name, kind: RunnerArtifact.rawOutputKind, mediaType: Self.mediaType(of: name),
                    role: role, benchmark: entry.name,
                    facts: ["format": entry.format, "execution": "\(execution)"],
                    content: .bytes(file.bytes)))
        }
    }

    private static func mediaType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "json": "application/json"
        case "xml": "application/xml"
        case "csv": "text/csv"
        case "txt", "log": "text/plain"
        default: "application/octet-stream"
        }
    }
}
