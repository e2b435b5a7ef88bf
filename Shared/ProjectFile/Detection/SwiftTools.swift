/// SwiftPM and its benchmark packages.
enum SwiftTools {
    static func ordoOne(_ view: RepositoryView) -> ToolFinding? {
        guard let path = manifest(view, withAny: ["/package-benchmark", "ordo-one/benchmark"])
        else { return nil }
        var finding = finding("ordo-one", "\(path) names package-benchmark", path)
        finding.build = ["swift build -c release"]
        finding.entries = [
            ToolFinding.Entry(
                "benchmarks",
                [
                    "swift", "package", "--allow-writing-to-directory", "{{results}}",
                    "benchmark", "--format", "jmh", "--path", "{{results}}",
                ], format: "jmh-json", results: "{{results}}/*jmh*", repeatsItself: true)
        ]
        return finding
    }

    static func google(_ view: RepositoryView) -> ToolFinding? {
        guard let path = manifest(view, withAny: ["google/swift-benchmark"]) else { return nil }
        var finding = finding("swift-benchmark", "\(path) names swift-benchmark", path)
        finding.build = ["swift build -c release"]
        let target = executable(view.text(path) ?? "") ?? "Benchmarks"
        finding.entries = [
            ToolFinding.Entry(
                "benchmarks", [".build/release/\(target)", "--format", "json"],
                format: "swift-benchmark-json", repeatsItself: true)
        ]
        finding.notes = ["If \(target) is not the program of the benchmarks, name that one."]
        return finding
    }

    static func program(_ view: RepositoryView) -> ToolFinding? {
        guard let text = view.text("Package.swift"), let target = executable(text) else {
            return nil
        }
        var finding = finding("swiftpm", "Package.swift has the program \(target)", "Package.swift")
        finding.build = ["swift build -c release"]
        finding.entries = [
            ToolFinding.Entry(target, [".build/release/\(target)"], format: "command")
        ]
        finding.notes = ["Give \(target) the arguments of a typical use, 100 ms or longer."]
        return finding
    }

    private static func finding(_ tool: String, _ reason: String, _ path: String) -> ToolFinding {
        var finding = ToolFinding(tool, reason)
        finding.folder = RepositoryView.folder(path)
        finding.prefetch = ["swift package resolve"]
        return finding
    }

    private static func manifest(_ view: RepositoryView, withAny words: [String]) -> String? {
        view.files({ $0 == "Package.swift" }, withAny: words).first
    }

    /// The name of the first executable product or target that is written out.
    private static func executable(_ text: String) -> String? {
        for word in [".executable(", ".executableTarget("] {
            var rest = text[...]
            while let start = rest.firstRange(of: word) {
                rest = rest[start.upperBound...]
                guard let name = rest.firstRange(of: "name:") else { break }
                let parts = rest[name.upperBound...].split(separator: "\"", maxSplits: 2)
                guard parts.count > 1 else { break }
                let isWritten = parts[1].allSatisfy {
                    $0.isLetter || $0.isNumber || "._-".contains($0)
                }
                if isWritten { return String(parts[1]) }
            }
        }
        return nil
    }
}
