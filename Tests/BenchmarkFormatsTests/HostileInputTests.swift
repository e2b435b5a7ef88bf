import FoundationEssentials
import Testing

@testable import BenchmarkFormats

/// No bytes make a parser trap, and every report keeps its promises.
@Suite struct HostileInputTests {
    private static let pieces: [[UInt8]] =
        [
            "NaN", "-Infinity", "1e999", "-1", "null", "{}", "[]", "\"", "\\u", "\\ud83d", "\u{0}",
            "99999999999999999999", "0.1e-400", "true", "\n", "{\"type\":\"sample\"}\n", ",", ":",
            "\"name\":", "\"times\":[", "\"samples\":null", "\"groups\":[1e300]", "\u{FEFF}",
            "\u{301}", "\r\n", "/-1/a:b", "[a]", "\"e\u{301}]\"", "::", "_mean",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90]]

    @Test(arguments: 0..<200)
    func `damaged files give a report that keeps its promises`(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let given = try #require(GoldenCase.all.randomElement(using: &random))
        guard let input = try given.input() else { return }
        for _ in 0..<20 {
            let damaged = damage(input, &random)
            let chosen = FormatCatalogue.entries.randomElement(using: &random)
            expectSound(BenchmarkParser.parse(bytes: damaged), given.path)
            expectSound(
                BenchmarkParser.parse(format: try #require(chosen).id, bytes: damaged), given.path)
        }
    }

    @Test(arguments: 0..<200)
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
            expectSound(BenchmarkParser.parse(format: entry.id, bytes: noise), entry.id)
            expectSound(BenchmarkParser.parse(bytes: noise), entry.id)
        }
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

    private func damage(_ input: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = input
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0..<40, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0 where place < bytes.count:
                bytes[place] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.removeSubrange(place...)
            case 3: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
            case 4: bytes.replaceSubrange(place..<end, with: Self.piece(&random))
            default: bytes.insert(contentsOf: Self.piece(&random), at: place)
            }
        }
        return bytes
    }

    private static func piece(_ random: inout SplitMix64) -> [UInt8] {
        pieces.randomElement(using: &random) ?? []
    }

    private func expectSound(_ report: ParseReport, _ source: String) {
        #expect(!report.results.isEmpty || !report.errors.isEmpty, "\(source)")
        let written = try? JSONDecoder().decode(ExpectedReport.self, from: Data(report.json()))
        #expect(written?.results.count == report.results.count, "\(source)")
        for result in report.results {
            #expect(result.value.isFinite && result.samples.allSatisfy(\.isFinite), "\(source)")
            #expect(result.groups.isEmpty || result.groups.count == result.samples.count)
            #expect(result.stats.values.allSatisfy { $0.isFinite }, "\(source)")
        }
        let identities = report.results.map {
            ResultIdentity(name: $0.name, params: $0.params, metric: $0.metric)
        }
        #expect(Set(identities).count == identities.count, "\(source)")
    }
}
