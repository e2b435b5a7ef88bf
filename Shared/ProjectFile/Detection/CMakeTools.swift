/// CMake with the benchmark libraries of C++.
enum CMakeTools {
    static func google(_ view: RepositoryView) -> ToolFinding? {
        let words = ["benchmark::benchmark", "find_package(benchmark", "google/benchmark"]
        guard var finding = finding(view, "google-benchmark", "Google Benchmark", words) else {
            return nil
        }
        finding.entries = targets(view, linking: ["benchmark::benchmark", "benchmark_main"]).map {
            ToolFinding.Entry(
                $0.name,
                [
                    $0.path, "--benchmark_out={{results}}/r.json",
                    "--benchmark_out_format=json", "--benchmark_repetitions=5",
                ], format: "google-benchmark-json", results: "{{results}}/r.json")
        }
        return completed(finding)
    }

    static func catch2(_ view: RepositoryView) -> ToolFinding? {
        let isSource: (Substring) -> Bool = { name in
            [".cpp", ".cc", ".cxx"].contains { name.hasSuffix($0) }
        }
        guard !view.files(isSource, withAny: ["BENCHMARK(", "BENCHMARK_ADVANCED("]).isEmpty,
            var finding = finding(view, "catch2", "Catch2", ["Catch2::Catch2"])
        else { return nil }
        finding.entries = targets(view, linking: ["Catch2::Catch2"]).map {
            ToolFinding.Entry(
                $0.name, [$0.path, "[!benchmark]", "--reporter", "xml"], format: "catch2-xml",
                repeatsItself: true)
        }
        return completed(finding)
    }

    private static func finding(
        _ view: RepositoryView, _ tool: String, _ library: String, _ words: [String]
    ) -> ToolFinding? {
        guard view.contains("CMakeLists.txt"),
            let path = view.files({ $0 == "CMakeLists.txt" }, withAny: words).first
        else { return nil }
        var finding = ToolFinding(tool, "\(path) names \(library)")
        let configure = "cmake -B build -DCMAKE_BUILD_TYPE=Release"
        let fetches = view.files(
            { $0 == "CMakeLists.txt" || $0.hasSuffix(".cmake") },
            withAny: ["FetchContent", "ExternalProject", "CPMAddPackage"])
        if fetches.isEmpty {
            finding.build = [configure]
        } else {
            // What configuring fetches must be there before the network is cut off.
            finding.prefetch = [configure]
        }
        finding.build.append("cmake --build build --parallel")
        return finding
    }

    private static func completed(_ finding: ToolFinding) -> ToolFinding? {
        var finding = finding
        if finding.entries.isEmpty {
            finding.entries = [
                ToolFinding.Entry("benchmarks", ["build/NAME"], format: "auto")
            ]
            finding.notes = ["Put the program of the benchmarks in NAME's place."]
        }
        return finding
    }

    /// Programs that link one of the libraries, where a build puts them.
    private static func targets(
        _ view: RepositoryView, linking libraries: [String]
    ) -> [(name: String, path: String)] {
        var found: [(name: String, path: String)] = []
        for path in view.files(named: "CMakeLists.txt") {
            let text = view.text(path) ?? ""
            let programs = calls(of: "add_executable", in: text).compactMap(\.first)
            let folder = RepositoryView.folder(path)
            for call in calls(of: "target_link_libraries", in: text) {
                guard let name = call.first, programs.contains(name),
                    call.contains(where: { word in libraries.contains(String(word)) }),
                    !name.contains("$"), !found.contains(where: { $0.name == name })
                else { continue }
                let place = folder == "." ? "build" : "build/" + folder
                found.append((String(name), "\(place)/\(name)"))
            }
        }
        return found
    }

    /// The words inside each call's brackets.
    private static func calls(of name: String, in text: String) -> [[Substring]] {
        var rest = text[...]
        var found: [[Substring]] = []
        while let start = rest.firstRange(of: name + "(") {
            rest = rest[start.upperBound...]
            found.append(
                rest.prefix { $0 != ")" }.split { $0.isWhitespace }.map { $0 })
        }
        return found
    }
}
