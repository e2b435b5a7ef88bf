/// Cargo and the benchmark crates.
enum CargoTools {
    static func criterion(_ view: RepositoryView) -> ToolFinding? {
        guard
            var finding = finding(
                view, "criterion", crates: ["criterion", "codspeed-criterion-compat"])
        else { return nil }
        finding.build = ["cargo bench --offline --no-run"]
        finding.entries = [
            ToolFinding.Entry(
                "criterion", ["cargo", "bench", "--offline", "--", "--noplot"],
                format: "criterion-dir", results: "target/criterion", repeatsItself: true)
        ]
        return finding
    }

    static func divan(_ view: RepositoryView) -> ToolFinding? {
        guard var finding = finding(view, "divan", crates: ["divan"]) else { return nil }
        finding.build = ["cargo bench --offline --no-run"]
        finding.entries = [
            ToolFinding.Entry(
                "divan", ["cargo", "bench", "--offline"], format: "divan-console",
                repeatsItself: true)
        ]
        return finding
    }

    static func gungraun(_ view: RepositoryView) -> ToolFinding? {
        guard var finding = finding(view, "gungraun", crates: ["gungraun", "iai-callgrind"]) else {
            return nil
        }
        finding.build = ["cargo bench --offline --no-run"]
        finding.entries = [
            ToolFinding.Entry(
                "gungraun", ["cargo", "bench", "--offline", "--", "--output-format=json"],
                format: "gungraun-json", repeatsItself: true)
        ]
        finding.notes = ["Hosts need valgrind and the runner of the crate's own version."]
        return finding
    }

    static func libtest(_ view: RepositoryView) -> ToolFinding? {
        guard view.contains("Cargo.toml"),
            let file = view.files({ $0.hasSuffix(".rs") }, withAny: ["#[bench]"]).first
        else { return nil }
        var finding = ToolFinding("libtest", "\(file) has #[bench]")
        finding.prefetch = [fetch(view)]
        finding.build = ["cargo bench --offline --no-run"]
        finding.entries = [
            ToolFinding.Entry(
                "libtest", ["cargo", "bench", "--offline"], format: "libtest-text",
                repeatsItself: true)
        ]
        finding.notes = ["`#[bench]` needs a nightly toolchain on the hosts."]
        return finding
    }

    static func program(_ view: RepositoryView) -> ToolFinding? {
        guard let manifest = manifest(view, "Cargo.toml"),
            let name = manifest.find(["package", "name"])?.text,
            view.contains("src/main.rs") || manifest["bin"] != nil
        else { return nil }
        let program = manifest["bin"]?.items.first?["name"]?.text ?? name
        var finding = ToolFinding("cargo", "Cargo.toml has the program \(program)")
        finding.prefetch = [fetch(view)]
        finding.build = ["cargo build --release --offline"]
        finding.entries = [
            ToolFinding.Entry(program, ["target/release/\(program)"], format: "command")
        ]
        finding.notes = ["Give \(program) the arguments of a typical use, 100 ms or longer."]
        return finding
    }

    private static func finding(
        _ view: RepositoryView, _ tool: String, crates: [String]
    ) -> ToolFinding? {
        guard view.contains("Cargo.toml") else { return nil }
        for path in view.files(named: "Cargo.toml") {
            guard let manifest = manifest(view, path) else { continue }
            let sections = [
                manifest["dev-dependencies"], manifest["dependencies"],
                manifest.find(["workspace", "dependencies"]),
            ]
            let names = Set(sections.flatMap { $0?.entries.keys.map(\.self) ?? [] })
            guard let crate = crates.first(where: names.contains) else { continue }
            var finding = ToolFinding(tool, "\(path) names \(crate)")
            finding.prefetch = [fetch(view)]
            return finding
        }
        return nil
    }

    private static func fetch(_ view: RepositoryView) -> String {
        view.contains("Cargo.lock") ? "cargo fetch --locked" : "cargo fetch"
    }

    private static func manifest(
        _ view: RepositoryView, _ path: String
    ) -> [String: TOMLValue]? {
        view.text(path).flatMap { try? TOMLReader.table(in: $0) }
    }
}
