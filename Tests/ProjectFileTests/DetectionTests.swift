import Testing

@testable import ProjectFile

/// What `init` recognises, and that it writes files that are valid.
@Suite struct DetectionTests {
    struct Repository: Sendable, CustomTestStringConvertible {
        let tool: String
        let files: [String: String]
        let reason: String
        /// The command of the first benchmark, as it would be executed.
        let command: [String]
        var prefetch: [String] = []
        var build: [String] = []
        var count = 1
        var testDescription: String { tool + " " + reason }

        var view: RepositoryView {
            let files = files
            return RepositoryView(paths: Array(files.keys)) { files[$0].map { Array($0.utf8) } }
        }
    }

    static let repositories = [
        Repository(
            tool: "criterion",
            files: [
                "Cargo.toml": "[workspace]\nmembers = [\"core\"]\n", "Cargo.lock": "",
                "core/Cargo.toml": "[dev-dependencies]\ncriterion = { version = \"0.5\" }\n",
            ],
            reason: "core/Cargo.toml names criterion",
            command: ["cargo", "bench", "--offline", "--", "--noplot"],
            prefetch: ["cargo fetch --locked"], build: ["cargo bench --offline --no-run"]),
        Repository(
            tool: "divan", files: ["Cargo.toml": "[dev-dependencies]\ndivan = \"0.1\"\n"],
            reason: "Cargo.toml names divan", command: ["cargo", "bench", "--offline"],
            prefetch: ["cargo fetch"], build: ["cargo bench --offline --no-run"]),
        Repository(
            tool: "gungraun",
            files: ["Cargo.toml": "[dev-dependencies]\niai-callgrind = \"0.14\"\n"],
            reason: "Cargo.toml names iai-callgrind",
            command: ["cargo", "bench", "--offline", "--", "--output-format=json"],
            prefetch: ["cargo fetch"], build: ["cargo bench --offline --no-run"]),
        Repository(
            tool: "libtest",
            files: ["Cargo.toml": "[package]\n", "benches/a.rs": "#[bench]\nfn a() {}"],
            reason: "benches/a.rs has #[bench]", command: ["cargo", "bench", "--offline"],
            prefetch: ["cargo fetch"], build: ["cargo bench --offline --no-run"]),
        Repository(
            tool: "cargo",
            files: ["Cargo.toml": "[package]\nname = \"grep\"\n", "src/main.rs": "fn main() {}"],
            reason: "Cargo.toml has the program grep", command: ["target/release/grep"],
            prefetch: ["cargo fetch"], build: ["cargo build --release --offline"]),
        Repository(
            tool: "ordo-one",
            files: [
                "Benchmarks/Package.swift":
                    ".package(url: \"https://github.com/ordo-one/package-benchmark\")"
            ],
            reason: "Benchmarks/Package.swift names package-benchmark",
            command: [
                "swift", "package", "--allow-writing-to-directory", "{{results}}", "benchmark",
                "--format", "jmh", "--path", "{{results}}",
            ],
            prefetch: ["cd Benchmarks && swift package resolve"],
            build: ["cd Benchmarks && swift build -c release"]),
        Repository(
            tool: "swift-benchmark",
            files: [
                "Package.swift": """
                .package(url: "https://github.com/google/swift-benchmark"),
                .executableTarget(name: "Speed", dependencies: [])
                """
            ],
            reason: "Package.swift names swift-benchmark",
            command: [".build/release/Speed", "--format", "json"],
            prefetch: ["swift package resolve"], build: ["swift build -c release"]),
        Repository(
            tool: "swiftpm",
            files: ["Package.swift": "products: [.executable(\n name: \"tool\", targets: [])]"],
            reason: "Package.swift has the program tool", command: [".build/release/tool"],
            prefetch: ["swift package resolve"], build: ["swift build -c release"]),
        Repository(
            tool: "google-benchmark",
            files: [
                "CMakeLists.txt": "find_package(benchmark REQUIRED)\nadd_subdirectory(bench)\n",
                "bench/CMakeLists.txt": """
                add_executable(micro micro.cpp)
                add_executable(tests tests.cpp)
                target_link_libraries(micro PRIVATE core
                  benchmark::benchmark)
                target_link_libraries(tests PRIVATE core)
                """,
            ],
            reason: "CMakeLists.txt names Google Benchmark",
            command: [
                "build/bench/micro", "--benchmark_out={{results}}/r.json",
                "--benchmark_out_format=json", "--benchmark_repetitions=5",
            ],
            build: [
                "cmake -B build -DCMAKE_BUILD_TYPE=Release", "cmake --build build --parallel",
            ]),
        Repository(
            tool: "catch2",
            files: [
                "CMakeLists.txt": """
                FetchContent_MakeAvailable(Catch2)
                add_executable(bench bench.cpp)
                target_link_libraries(bench Catch2::Catch2WithMain Catch2::Catch2)
                """, "bench.cpp": "BENCHMARK(\"a\") { return 1; };",
            ],
            reason: "CMakeLists.txt names Catch2",
            command: ["build/bench", "[!benchmark]", "--reporter", "xml"],
            prefetch: ["cmake -B build -DCMAKE_BUILD_TYPE=Release"],
            build: ["cmake --build build --parallel"]),
        Repository(
            tool: "go",
            files: ["go.mod": "module x\n", "a/a_test.go": "func BenchmarkA(b *testing.B) {}"],
            reason: "a/a_test.go with benchmarks",
            command: ["go", "test", "-run=^$", "-bench=.", "-benchmem", "-count=5", "./..."],
            prefetch: ["go mod download"], build: ["go test -run=^$ ./..."]),
        Repository(
            tool: "jmh-maven",
            files: ["pom.xml": "<x/>", "jmh/pom.xml": "<artifactId>jmh-core</artifactId>"],
            reason: "jmh/pom.xml names jmh-core",
            command: [
                "java", "-jar", "jmh/target/benchmarks.jar", "-rf", "json", "-rff",
                "{{results}}/r.json",
            ],
            prefetch: ["mvn -q -B dependency:go-offline"],
            build: ["mvn -q -B -o package -DskipTests"]),
        Repository(
            tool: "jmh-gradle",
            files: ["build.gradle.kts": "id(\"me.champeau.jmh\")", "gradlew": ""],
            reason: "build.gradle.kts names me.champeau.jmh",
            command: [
                "sh", "-eu", "-c",
                "java -jar build/libs/*-jmh.jar -rf json -rff '{{results}}'/r.json",
            ],
            prefetch: ["./gradlew --no-daemon jmhJar"],
            build: ["./gradlew --no-daemon --offline jmhJar"]),
        Repository(
            tool: "benchmarkdotnet",
            files: [
                "src/a.csproj": "<x/>",
                "bench/b.csproj": "<PackageReference Include=\"BenchmarkDotNet\" />",
            ],
            reason: "bench/b.csproj names BenchmarkDotNet",
            command: [
                "dotnet", "run", "-c", "Release", "--no-build", "--project", "bench", "--",
                "--filter", "*", "--exporters", "fulljson", "--artifacts", "{{results}}",
            ],
            prefetch: ["dotnet restore bench"],
            build: ["dotnet build -c Release --no-restore bench"]),
        Repository(
            tool: "pytest-benchmark",
            files: [
                "pyproject.toml": "[project]\nname='x'\n",
                "requirements-dev.txt": "pytest-benchmark==4\n",
                "tests/perf/test_a.py": "def test_a(benchmark): benchmark(f)",
            ],
            reason: "requirements-dev.txt names pytest-benchmark",
            command: [
                ".venv/bin/pytest", "tests/perf", "--benchmark-only",
                "--benchmark-json={{results}}/r.json",
            ],
            prefetch: [
                "python3 -m venv .venv", ".venv/bin/pip install -r requirements-dev.txt .",
            ]),
        Repository(
            tool: "asv", files: ["asv.conf.json": "{}", "setup.py": ""],
            reason: "asv.conf.json is there",
            command: [
                ".venv/bin/asv", "run", "--python=same", "--set-commit-hash=HEAD",
                "--machine=fleetmark",
            ],
            prefetch: ["python3 -m venv .venv", ".venv/bin/pip install asv virtualenv ."]),
        Repository(
            tool: "pyperf",
            files: ["bench_a.py": "pyperf.Runner()", "bench_b.py": "pyperf.Runner()"],
            reason: "bench_a.py uses pyperf",
            command: [".venv/bin/python", "bench_a.py", "--output={{results}}/r.json"],
            prefetch: ["python3 -m venv .venv", ".venv/bin/pip install pyperf"], count: 2),
        Repository(
            tool: "vitest",
            files: [
                "package.json": "{\"devDependencies\": {\"vitest\": \"1\"}}",
                "package-lock.json": "{}", "src/a.bench.ts": "",
            ],
            reason: "package.json names vitest",
            command: ["npx", "vitest", "bench", "--run", "--outputJson={{results}}/r.json"],
            prefetch: ["npm ci"]),
        Repository(
            tool: "mitata",
            files: [
                "package.json": """
                {"devDependencies": {"mitata": "1"}, "scripts": {"bench": "node b", "build": "x"}}
                """, "pnpm-lock.yaml": "",
            ],
            reason: "package.json names mitata", command: ["npm", "run", "--silent", "bench"],
            prefetch: ["pnpm install --frozen-lockfile"], build: ["npm run build"]),
        Repository(
            tool: "benchmarkjs",
            files: ["package.json": "{\"dependencies\": {\"benchmark\": \"2\"}}", "yarn.lock": ""],
            reason: "package.json names benchmark", command: ["node", "bench.js"],
            prefetch: ["yarn install --frozen-lockfile"]),
        Repository(
            tool: "benchmark-ips",
            files: ["Gemfile": "", "bench/a.rb": "Benchmark.ips do |x|"],
            reason: "bench/a.rb calls Benchmark.ips",
            command: ["bundle", "exec", "ruby", "bench/a.rb"],
            prefetch: ["bundle config set --local path vendor/bundle", "bundle install"]),
        Repository(
            tool: "phpbench",
            files: ["composer.json": "{\"require-dev\": {\"phpbench/phpbench\": \"^1\"}}"],
            reason: "composer.json names phpbench/phpbench",
            command: ["vendor/bin/phpbench", "run", "--dump-file={{results}}/r.xml"],
            prefetch: ["composer install --no-interaction"]),
        Repository(
            tool: "make", files: ["Makefile": "all:\n\tcc a.c\nbench: all\n\t./a\n"],
            reason: "Makefile has the target `bench`", command: ["make", "bench"],
            build: ["make"]),
    ]

    @Test(arguments: repositories)
    func `a tool is recognised, and the file is valid`(_ repository: Repository) throws {
        let findings = ToolCatalogue.findings(in: repository.view)
        #expect(findings.map(\.tool) == [repository.tool])
        #expect(findings.first?.reason == repository.reason)
        let text = ProjectFileDraft(findings).text
        let parsed = ProjectFile.parse(bytes: Array(text.utf8), fileName: "fleetmark.yaml")
        #expect(parsed.problems == [], "\(parsed.report)\n\(text)")
        let file = try #require(parsed.file)
        #expect(file.benchmarks.count == repository.count)
        let words = file.benchmarks.first.flatMap { Self.words(of: $0.command) }
        #expect(words == repository.command, "\(text)")
        #expect(file.build.prefetch.map(Self.script) == repository.prefetch, "\(text)")
        #expect(file.build.commands.map(Self.script) == repository.build, "\(text)")
    }

    private static func words(of command: Command) -> [String]? {
        command.substitute([.results: "{{results}}"]).arguments
    }

    private static func script(_ command: Command) -> String {
        guard let words = words(of: command) else { return "" }
        return command.needsShell ? words.last ?? "" : words.joined(separator: " ")
    }

    @Test func `every tool of the catalogue has an example`() {
        let names = Set(Self.repositories.map(\.tool) + ["command"])
        #expect(names == Set(ToolCatalogue.names.map(\.name)))
    }

    @Test func `several tools stand in one file, their names told apart`() throws {
        let files = [
            "Cargo.toml": "[dev-dependencies]\ncriterion = \"0.5\"\n", "go.mod": "module x\n",
            "a_test.go": "func BenchmarkA(b *testing.B) {}", "a/bench.py": "pyperf.Runner()",
            "b/bench.py": "pyperf.Runner()",
        ]
        let view = RepositoryView(paths: Array(files.keys)) { files[$0].map { Array($0.utf8) } }
        let findings = ToolCatalogue.findings(in: view)
        #expect(findings.map(\.tool) == ["criterion", "go", "pyperf"])
        let text = ProjectFileDraft(findings).text
        let file = try #require(
            ProjectFile.parse(bytes: Array(text.utf8), fileName: "x").file, "\(text)")
        #expect(file.benchmarks.map(\.name) == ["criterion", "go", "bench", "bench-2"])
    }

    @Test func `a person may name the tool`() {
        let view = RepositoryView(paths: ["Makefile"]) { _ in Array("bench:\n".utf8) }
        #expect(ToolCatalogue.findings(in: view, only: "make").map(\.tool) == ["make"])
        #expect(ToolCatalogue.findings(in: view, only: "criterion") == [])
        let any = ToolCatalogue.findings(in: view, only: "command")
        let text = ProjectFileDraft(any).text
        let parsed = ProjectFile.parse(bytes: Array(text.utf8), fileName: "x")
        #expect(parsed.problems == [], "\(text)")
    }

    @Test func `nothing is made up`() {
        #expect(ToolCatalogue.findings(in: RepositoryView(paths: ["README"]) { _ in [] }) == [])
    }
}
