/// BenchmarkDotNet.
enum DotNetTools {
    static func find(_ view: RepositoryView) -> ToolFinding? {
        let isProject: (Substring) -> Bool = { name in
            [".csproj", ".fsproj", ".vbproj"].contains { name.hasSuffix($0) }
        }
        guard let path = view.files(isProject, withAny: ["\"BenchmarkDotNet"]).first else {
            return nil
        }
        let folder = RepositoryView.folder(path)
        var finding = ToolFinding("benchmarkdotnet", "\(path) names BenchmarkDotNet")
        finding.prefetch = ["dotnet restore \(folder)"]
        finding.build = ["dotnet build -c Release --no-restore \(folder)"]
        finding.entries = [
            ToolFinding.Entry(
                "benchmarkdotnet",
                [
                    "dotnet", "run", "-c", "Release", "--no-build", "--project", folder, "--",
                    "--filter", "*", "--exporters", "fulljson", "--artifacts", "{{results}}",
                ], format: "benchmarkdotnet-json",
                results: "{{results}}/results/*-report-full.json", repeatsItself: true)
        ]
        return finding
    }
}
