/// benchmark-ips.
enum RubyTools {
    static func find(_ view: RepositoryView) -> ToolFinding? {
        let files = view.files(
            { $0.hasSuffix(".rb") && !$0.hasSuffix("_test.rb") && !$0.hasSuffix("_spec.rb") },
            withAny: ["Benchmark.ips"])
        guard view.contains("Gemfile"), let first = files.first else { return nil }
        var finding = ToolFinding("benchmark-ips", "\(first) calls Benchmark.ips")
        finding.prefetch = [
            "bundle config set --local path vendor/bundle", "bundle install",
        ]
        finding.entries = files.prefix(50).map { file in
            ToolFinding.Entry(
                String(RepositoryView.name(file).dropLast(3)), ["bundle", "exec", "ruby", file],
                format: "benchmark-ips-text", repeatsItself: true)
        }
        return finding
    }
}

/// PHPBench.
enum PHPTools {
    static func find(_ view: RepositoryView) -> ToolFinding? {
        guard view.text("composer.json")?.contains("phpbench/phpbench") == true else { return nil }
        var finding = ToolFinding("phpbench", "composer.json names phpbench/phpbench")
        finding.prefetch = ["composer install --no-interaction"]
        finding.entries = [
            ToolFinding.Entry(
                "phpbench", ["vendor/bin/phpbench", "run", "--dump-file={{results}}/r.xml"],
                format: "phpbench-xml", results: "{{results}}/r.xml", repeatsItself: true)
        ]
        return finding
    }
}

/// Programs that nothing but their Makefile describes.
enum MakeTools {
    static func find(_ view: RepositoryView) -> ToolFinding? {
        for name in ["Makefile", "makefile", "GNUmakefile"] {
            guard let text = view.text(name) else { continue }
            let lines = text.split(whereSeparator: \.isNewline)
            guard
                let target = ["bench", "benchmark", "benchmarks", "perf"].first(where: { target in
                    lines.contains { $0.hasPrefix(target + ":") }
                })
            else { continue }
            var finding = ToolFinding("make", "\(name) has the target `\(target)`")
            finding.build = ["make"]
            finding.entries = [
                ToolFinding.Entry(target, ["make", target], format: "command")
            ]
            finding.notes = [
                "`make \(target)` is timed as a whole; if it prints results, name their format."
            ]
            return finding
        }
        return nil
    }

    /// To be filled in by a person.
    static var anyCommand: ToolFinding {
        var finding = ToolFinding("command", "asked for")
        finding.build = ["make"]
        finding.entries = [
            ToolFinding.Entry("main", ["./program", "--input", "data"], format: "command")
        ]
        finding.notes = ["Put your build and your command in their places."]
        return finding
    }
}
