/// Benchmarks of Go's own tool.
enum GoTools {
    static func find(_ view: RepositoryView) -> ToolFinding? {
        let files = view.files({ $0.hasSuffix("_test.go") }, withAny: ["func Benchmark"])
        guard let module = view.files(named: "go.mod").first, let first = files.first else {
            return nil
        }
        let others = files.count > 1 ? " and \(files.count - 1) more" : ""
        var finding = ToolFinding("go", "\(first)\(others) with benchmarks")
        finding.folder = RepositoryView.folder(module)
        finding.prefetch = ["go mod download"]
        // Fills the build's cache, so that measuring compiles nothing.
        finding.build = ["go test -run=^$ ./..."]
        finding.entries = [
            ToolFinding.Entry(
                "go",
                ["go", "test", "-run=^$", "-bench=.", "-benchmem", "-count=5", "./..."],
                format: "go-bench-text")
        ]
        return finding
    }
}
