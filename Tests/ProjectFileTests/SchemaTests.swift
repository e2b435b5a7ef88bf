import Testing

@testable import ProjectFile

@Suite struct SchemaTests {
    /// Values of every kind, right and wrong.
    private static let values = [
        "1", "0", "-1", "0.5", "off", "on", "true", "auto", "full", "30s", "5%", "2MiB", "a/b",
        "'a b'", "\"\"", "", "~", "*", "\"{{cpus}}\"", "\"{{param.x}}\"", "a | b", "[]", "{}",
        "[a, b]", "[[a]]", "{a: b}", "{a: [b]}", "{a: {b: c}}", "{min: 9, max: 2}", "[{a: b}]",
        "[{name: a, command: b}]", "{key: a}", "{mode: off}", "{time: {unit: s}}", "{cc: gcc}",
        "{kind: regex, rules: [{metric: a, name: b, pattern: '(?<value>x)'}]}", "[{cc: a}]",
        "[{cron: 0 0 1 1 1}]", "[{channel: a}]", "[{paths: a}]",
    ]

    /// Files with each key of a section set to one value.
    private static func files(value: String) -> [String] {
        let top = ProjectSchema.file.keys.filter { !["version", "benchmarks"].contains($0.name) }
        var files = top.map { Sample.file("\($0.name): \(value)\n") }
        for section in top {
            for key in section.type.innerSchema?.keys ?? [] {
                files.append(Sample.file("\(section.name): {\(key.name): \(value)}\n"))
            }
        }
        for key in ProjectSchema.entryKeys(isNamed: false) where key.name != "command" {
            files.append(Sample.entry("\(key.name): \(value)"))
            files.append(Sample.entry("format: rules", "\(key.name): \(value)"))
            for inner in key.type.innerSchema?.keys ?? [] {
                files.append(Sample.entry("\(key.name): {\(inner.name): \(value)}"))
            }
        }
        return files
    }

    @Test(arguments: values)
    func `every key meets every kind of value with an answer`(_ value: String) {
        for text in Self.files(value: value) {
            let parsed = Sample.parse(text)
            let errors = parsed.problems.filter { $0.severity == .error }
            #expect((parsed.file == nil) == !errors.isEmpty, "\(text)")
            #expect(!errors.contains { $0.code == .unknownKey && $0.path.isEmpty })
            guard let file = parsed.file else { continue }
            #expect(!EffectiveSuite(file).suiteForm.isEmpty)
            #expect(EffectiveSuite(file).executions.count <= 1)
        }
    }

    @Test func `every key is explained and stands once in its section`() {
        func check(_ schema: SettingSchema) {
            let names = schema.keys.map(\.name)
            #expect(Set(names).count == names.count)
            for key in schema.keys {
                #expect(!key.help.isEmpty)
                #expect(key.name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F })
                if let inner = key.type.innerSchema { check(inner) }
            }
        }
        check(ProjectSchema.file)
    }

    @Test func `the defaults are those of the specification`() throws {
        let file = try Sample.parse(Sample.file("")).valid
        #expect(file.fetch.depth == 1 && file.fetch.largeFiles == .off)
        #expect(file.build.timeout == .seconds(1_800) && file.build.silence == .seconds(600))
        #expect(file.build.network == .off && file.build.cache == .on(key: [], paths: []))
        #expect(file.measure.counters == ["core", "branch", "cache"])
        #expect(file.measure.processes == 4_096 && file.measure.diskBytes == 10 << 30)
        #expect(file.measure.isolation == .full && file.measure.tuning == .standard)
        #expect(file.policy.threshold == nil && file.policy.falseDiscoveryRate == 0.05)
        #expect(file.policy.gate.failOn == [.regressed, .failed] && file.policy.confirms)
        #expect(file.interleave.pairs == 8...20 && file.interleave.reuse == .seconds(86_400))
        #expect(file.dependencies.lockfiles == nil && file.dependencies.mode == .pinned)
        #expect(file.triggers.pullRequests.mode == .on && file.triggers.coalesceDepth == 10)
        let entry = try #require(file.benchmarks.first)
        #expect(entry.prefix == "app/" && entry.format == "command" && entry.okStatus == [0])
        #expect(entry.repetitions.count == 5...50 && entry.repetitions.target == nil)
        #expect(entry.repetitions.warmup == .count(1))
        #expect(entry.limits.timeout == .seconds(600) && entry.limits.silence == nil)
        #expect(entry.limits.grace == .seconds(10) && entry.limits.budget == .seconds(1_800))
        #expect(entry.isEnabled && !entry.resumesPartially && entry.series == 1)
    }

    @Test func `extras are passed over at the top and nowhere else`() {
        #expect(Sample.problems(Sample.file("x-a: {anything: [1]}\n")).isEmpty)
        #expect(Sample.problems(Sample.file("build: {x-a: 1}\n")).map(\.code) == [.unknownKey])
    }

    @Test func `aliases stand for what they name`() throws {
        let text = Sample.file(
            "x-c: &c [make, 'make test']\nbuild: {commands: *c, prefetch: *c}\n")
        let file = try Sample.parse(text).valid
        #expect(file.build.commands.map(\.arguments) == [["make"], ["make", "test"]])
        #expect(file.build.prefetch == file.build.commands)
    }
}
