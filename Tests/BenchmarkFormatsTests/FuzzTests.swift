import FoundationEssentials
import Testing

@testable import BenchmarkFormats

/// Damaged files of each format: no bytes make a reader trap, and every report keeps its promises.
///
/// A few hundred files each; `scripts/prove fuzz` sets `FLEETMARK_FUZZ_SECONDS` for many more, and
/// `FLEETMARK_FUZZ_FOLDER`, where the file at hand lies if the process ends.
@Suite struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seconds = environment["FLEETMARK_FUZZ_SECONDS"].flatMap { Double($0) }
    private static let folder = environment["FLEETMARK_FUZZ_FOLDER"]

    @Test(arguments: FormatCatalogue.entries.map(\.id).filter { $0 != CriterionFolder.id })
    func `damaged files of a format give sound reports`(_ id: String) throws {
        let inputs = try inputs(of: id)
        #expect(!inputs.isEmpty, "\(id) has no recorded file")
        try forEachSeed(60) { seed in
            var mutator = Mutator(seed: seed)
            guard let input = mutator.choose(inputs),
                let other = mutator.choose(FormatCatalogue.entries)?.id
            else { return }
            let damaged = mutator.damaged(input)
            try keep(damaged, id)
            SoundReport.expect(BenchmarkParser.parse(format: id, bytes: damaged), "\(id) \(seed)")
            SoundReport.expect(BenchmarkParser.parse(bytes: damaged), "auto \(id) \(seed)")
            SoundReport.expect(
                BenchmarkParser.parse(format: other, bytes: damaged), "\(other) \(id) \(seed)")
        }
    }

    @Test func `damaged folders give sound reports`() throws {
        let given = GoldenCase(path: "criterion/directory")
        let files = try given.files(below: "criterion")
        try forEachSeed(60) { seed in
            var mutator = Mutator(seed: seed)
            guard let place = mutator.choose(files.indices) else { return }
            var damaged = files
            damaged[place] = ResultFile(
                path: files[place].path, bytes: mutator.damaged(files[place].bytes))
            try keep(damaged[place].bytes, CriterionFolder.id)
            SoundReport.expect(BenchmarkParser.parse(folder: damaged), "folder \(seed)")
        }
    }

    @Test(arguments: ["rules/regex", "rules/jsonpath"])
    func `damaged rules are refused or read soundly`(_ path: String) throws {
        let given = GoldenCase(path: path)
        let rules = try given.bytes("rules.json")
        let input = try #require(try given.input())
        try forEachSeed(100) { seed in
            var mutator = Mutator(seed: seed)
            let damaged = mutator.damaged(rules)
            try keep(damaged, "rules")
            guard let set = try? RuleSet(damaged) else { return }
            SoundReport.expect(
                BenchmarkParser.parse(
                    format: BenchmarkParser.rules, bytes: mutator.damaged(input),
                    options: ParseOptions(rules: set)), "rules \(seed)")
        }
    }

    @Test func `what was found once is read by every format`() throws {
        let folder = GoldenCase.folder.deletingLastPathComponent().appending(path: "Corpus")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(!names.isEmpty)
        for name in names {
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
            SoundReport.expect(BenchmarkParser.parse(bytes: bytes), name)
            for entry in FormatCatalogue.entries {
                SoundReport.expect(BenchmarkParser.parse(format: entry.id, bytes: bytes), name)
            }
        }
    }

    private func inputs(of id: String) throws -> [[UInt8]] {
        try GoldenCase.all.filter { try $0.expected().format == id }.compactMap { try $0.input() }
    }

    /// So many seeds, or as many as fit the time that the environment asks for.
    private func forEachSeed(_ count: UInt64, _ body: (UInt64) throws -> Void) throws {
        guard let seconds = Self.seconds else {
            for seed in 0..<count { try body(seed) }
            return
        }
        let end = ContinuousClock.now + .seconds(seconds)
        var seed = UInt64.random(in: .min ... .max)
        while ContinuousClock.now < end {
            try body(seed)
            seed &+= 1
        }
    }

    private func keep(_ bytes: [UInt8], _ id: String) throws {
        guard let folder = Self.folder else { return }
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(id)"))
    }
}

/// What every report promises, whatever was read.
enum SoundReport {
    static func expect(_ report: ParseReport, _ source: String) {
        #expect(!report.results.isEmpty || !report.errors.isEmpty, "\(source)")
        let written = try? JSONDecoder().decode(ExpectedReport.self, from: Data(report.json()))
        #expect(written?.results.count == report.results.count, "\(source)")
        for result in report.results {
            #expect(result.value.isFinite && result.samples.allSatisfy(\.isFinite), "\(source)")
            #expect(result.groups.isEmpty || result.groups.count == result.samples.count)
            #expect(result.stats.values.allSatisfy { $0.isFinite }, "\(source)")
            #expect(!result.name.isEmpty && !result.metric.isEmpty, "\(source)")
        }
        let identities = report.results.map {
            ResultIdentity(name: $0.name, params: $0.params, metric: $0.metric)
        }
        #expect(Set(identities).count == identities.count, "\(source)")
    }
}
