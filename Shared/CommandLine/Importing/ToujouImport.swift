import BenchmarkFormats

/// What a Toujou runner's configuration becomes: projects whose files are valid, and everything
/// that was not taken over, with its place.
struct ToujouImport {
    private(set) var projects: [ImportedProject]
    private(set) var gaps: ImportGaps

    static let sizeLimit = 4 << 20

    /// What a configuration may look like, for people.
    static let shape = """
        {"projects": [{"name": "lantern", "repository": "https://git.example.org/lantern.git", \
        "branch": "main", "benchmarks": [{"name": "parse", "type": "BenchmarkDotNet", \
        "command": "dotnet run -c Release --project bench -- --exporters fulljson"}]}]}
        """

    init(_ bytes: [UInt8], fileName: String) throws(CommandFailure) {
        let document: JSONDocument
        do throws(SyntaxFailure) {
            document = try RelaxedJSON.document(bytes)
        } catch {
            let place = TextPosition(of: error.offset, in: bytes)
            throw CommandFailure(
                .usage, "malformed", "\(fileName) is no JSON",
                why: "line \(place.line), column \(place.column): \(error.reason)")
        }
        let reader = ToujouReader(document)
        (projects, gaps) = (reader.projects, reader.gaps)
        projects = projects.compactMap { valid($0, from: fileName) }
        guard !projects.isEmpty else { throw nothing(in: fileName) }
    }

    /// The project without those benchmarks that a project file cannot have.
    private mutating func valid(
        _ project: ImportedProject, from source: String
    ) -> ImportedProject? {
        var project = project
        let shared = { (benchmarks: [ImportedBenchmark]) in
            var part = project
            part.benchmarks = benchmarks
            return ImportedProjectFile(source: source, project: part).problem
        }
        // One problem of all together is not a problem of each.
        if shared(project.benchmarks) == nil { return project }
        var kept: [ImportedBenchmark] = []
        for benchmark in project.benchmarks {
            if let problem = shared([benchmark]) {
                gaps.skip(benchmark.place, problem)
            } else {
                kept.append(benchmark)
            }
        }
        project.benchmarks = kept
        if kept.isEmpty {
            gaps.skip(project.place, "no benchmark in it can be run")
        } else if let problem = shared(kept) {
            gaps.skip(project.place, problem)
        } else {
            return project
        }
        return nil
    }

    private func nothing(in fileName: String) -> CommandFailure {
        let found = gaps.skipped.first.map { "\($0.place.text): \($0.reason)" }
        return CommandFailure(
            .failed, "nothing_recognised", "no project was recognised in \(fileName)",
            why: (found.map { $0 + "; " } ?? "") + "expected is something like \(Self.shape)",
            try: "rename the keys of projects, repository, benchmarks, type and command to these")
    }
}
