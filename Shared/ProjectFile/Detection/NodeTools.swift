import FoundationEssentials

/// The benchmark tools of Node.
enum NodeTools {
    private struct Manifest: Decodable {
        let dependencies: [String: String]?
        let devDependencies: [String: String]?
        let scripts: [String: String]?
    }

    static func vitest(_ view: RepositoryView) -> ToolFinding? {
        let files = view.files { $0.contains(".bench.") }
        guard let first = files.first, var finding = finding(view, "vitest", "vitest") else {
            return nil
        }
        finding.entries = [
            ToolFinding.Entry(
                "vitest",
                ["npx", "vitest", "bench", "--run", "--outputJson={{results}}/r.json"],
                format: "vitest-bench-json", results: "{{results}}/r.json", repeatsItself: true)
        ]
        finding.notes = files.count > 1 ? [] : ["The only file with benchmarks is \(first)."]
        return finding
    }

    static func mitata(_ view: RepositoryView) -> ToolFinding? {
        scripted(view, "mitata", "mitata", format: "mitata-json")
    }

    static func benchmarkJS(_ view: RepositoryView) -> ToolFinding? {
        scripted(view, "benchmarkjs", "benchmark", format: "benchmarkjs-text")
    }

    /// A tool without a program of its own: the project has a script.
    private static func scripted(
        _ view: RepositoryView, _ tool: String, _ package: String, format: String
    ) -> ToolFinding? {
        guard var finding = finding(view, tool, package) else { return nil }
        let scripts = manifest(view)?.scripts ?? [:]
        let script = ["bench", "benchmark", "perf"].first { scripts[$0] != nil }
        finding.entries = [
            ToolFinding.Entry(
                tool, script.map { ["npm", "run", "--silent", $0] } ?? ["node", "bench.js"],
                format: format, repeatsItself: true)
        ]
        if script == nil { finding.notes = ["Put the file of the benchmarks in bench.js' place."] }
        if tool == "mitata" {
            finding.notes.append("mitata must print JSON: `run({ format: 'json' })`.")
        }
        return finding
    }

    private static func finding(
        _ view: RepositoryView, _ tool: String, _ package: String
    ) -> ToolFinding? {
        guard let manifest = manifest(view) else { return nil }
        let names = NodeManifest.names([manifest.dependencies, manifest.devDependencies])
        guard names.contains(package) else { return nil }
        var finding = ToolFinding(tool, "package.json names \(package)")
        finding.prefetch = [
            view.contains("pnpm-lock.yaml")
                ? "pnpm install --frozen-lockfile"
                : view.contains("yarn.lock")
                    ? "yarn install --frozen-lockfile"
                    : view.contains("package-lock.json") ? "npm ci" : "npm install"
        ]
        if manifest.scripts?["build"] != nil { finding.build = ["npm run build"] }
        return finding
    }

    private static func manifest(_ view: RepositoryView) -> Manifest? {
        view.text("package.json").flatMap {
            try? JSONDecoder().decode(Manifest.self, from: Data($0.utf8))
        }
    }
}
