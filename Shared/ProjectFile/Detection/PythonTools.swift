/// The benchmark tools of Python.
enum PythonTools {
    private static let python = ".venv/bin/python"

    static func pytest(_ view: RepositoryView) -> ToolFinding? {
        guard let path = manifest(view, naming: "pytest-benchmark") else { return nil }
        let tests = view.files({ $0.hasSuffix(".py") }, withAny: ["benchmark("])
            .filter { RepositoryView.name($0).contains("test") || $0.contains("bench") }
        let folders = Set(tests.map(RepositoryView.folder))
        let folder = folders.count == 1 ? folders.first ?? "." : common(folders)
        var finding = finding("pytest-benchmark", "\(path) names pytest-benchmark", view)
        finding.entries = [
            ToolFinding.Entry(
                "pytest",
                [
                    ".venv/bin/pytest", folder, "--benchmark-only",
                    "--benchmark-json={{results}}/r.json",
                ], format: "pytest-benchmark-json", results: "{{results}}/r.json")
        ]
        return finding
    }

    static func asv(_ view: RepositoryView) -> ToolFinding? {
        guard let path = view.files(named: "asv.conf.json").first else { return nil }
        var finding = finding("asv", "\(path) is there", view, adding: ["asv", "virtualenv"])
        finding.folder = RepositoryView.folder(path)
        finding.entries = [
            ToolFinding.Entry(
                "asv",
                [
                    ".venv/bin/asv", "run", "--python=same", "--set-commit-hash=HEAD",
                    "--machine=fleetmark",
                ], format: "asv-json", results: "results/**/*.json", repeatsItself: true)
        ]
        finding.notes = ["`results` is where asv.conf.json lets asv write (`results_dir`)."]
        return finding
    }

    static func pyperf(_ view: RepositoryView) -> ToolFinding? {
        let files = view.files({ $0.hasSuffix(".py") }, withAny: ["pyperf.Runner("])
        guard let first = files.first else { return nil }
        var finding = finding("pyperf", "\(first) uses pyperf", view, adding: ["pyperf"])
        finding.entries = files.prefix(50).map { file in
            ToolFinding.Entry(
                String(RepositoryView.name(file).dropLast(3)),
                [python, file, "--output={{results}}/r.json"], format: "pyperf-json",
                results: "{{results}}/r.json", repeatsItself: true)
        }
        return finding
    }

    private static func finding(
        _ tool: String, _ reason: String, _ view: RepositoryView, adding packages: [String] = []
    ) -> ToolFinding {
        var finding = ToolFinding(tool, reason)
        finding.prefetch = ["python3 -m venv .venv"]
        var install = ".venv/bin/pip install" + packages.map { " " + $0 }.joined()
        for file in ["requirements.txt", "requirements-dev.txt", "dev-requirements.txt"]
        where view.contains(file) { install += " -r \(file)" }
        if view.contains("pyproject.toml") || view.contains("setup.py") { install += " ." }
        if install != ".venv/bin/pip install" { finding.prefetch.append(install) }
        return finding
    }

    private static func manifest(_ view: RepositoryView, naming package: String) -> String? {
        view.files(
            { name in
                ["pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "Pipfile"]
                    .contains(String(name))
                    || (name.contains("requirements") && name.hasSuffix(".txt"))
            }, withAny: [package]
        ).first
    }

    /// The folder above all of them.
    private static func common(_ folders: Set<String>) -> String {
        let parts = folders.map { $0.split(separator: "/") }
        guard var shared = parts.first else { return "." }
        for other in parts {
            shared = Array(zip(shared, other).prefix { $0.0 == $0.1 }.map(\.0))
        }
        return shared.isEmpty ? "." : shared.joined(separator: "/")
    }
}
