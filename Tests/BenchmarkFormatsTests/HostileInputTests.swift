import Testing

@testable import BenchmarkFormats

/// Bytes that are no file of any tool, and files that were cut; `FuzzTests` has damaged ones.
@Suite struct HostileInputTests {
    @Test(arguments: 0..<40)
    func `noise gives a report`(_ seed: UInt64) {
        var random = SplitMix64(seed: seed &+ 1_000_000)
        for entry in FormatCatalogue.entries {
            let length = Int.random(in: 0..<200, using: &random)
            let noise = (0..<length).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: .min ... .max, using: &random)
                    : Array("{}[]\",:0123456789.eE+-\\utfnNI \n".utf8)
                        .randomElement(using: &random) ?? 0
            }
            SoundReport.expect(BenchmarkParser.parse(format: entry.id, bytes: noise), entry.id)
            SoundReport.expect(BenchmarkParser.parse(bytes: noise), entry.id)
        }
    }

    /// Scaled down, with limits scaled down too, so that a build without optimisation is quick.
    @Test(arguments: Bomb.all)
    func `a hostile file is refused for what it is`(_ given: Bomb) {
        let report = BenchmarkParser.parse(
            bytes: given.bytes, options: ParseOptions(limits: Bomb.limits))
        let found = Set(report.errors.map(\.problemClass))
        #expect(!found.isDisjoint(with: given.classes), "\(given.name): \(found)")
        #expect(report.results.isEmpty || given.keepsResults, "\(given.name)")
    }

    @Test(arguments: GoldenCase.all)
    func `a whole document cut short gives no result`(_ given: GoldenCase) throws {
        guard let format = try given.expected().format, format != GungraunJSON.id,
            FormatCatalogue.entry(format)?.shape == "one document",
            !given.path.contains("utf16"), var input = try given.input()
        else { return }
        while input.last.map({ $0 <= 0x20 }) == true { input.removeLast() }
        let step = max(1, input.count / 100)
        for length in stride(from: 4, to: input.count, by: step) {
            let report = BenchmarkParser.parse(bytes: Array(input[..<length]))
            #expect(report.results.isEmpty)
            #expect(report.errors.map(\.problemClass) == [.truncated], "cut at \(length)")
        }
    }
}
