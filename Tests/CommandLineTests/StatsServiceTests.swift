import Foundation
import Testing

@testable import CommandLine

/// The line protocol, with every reference vector; exact tolerances are held where the statistics
/// are tested themselves.
@Suite struct StatsServiceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let file: String
        let tree: JSONTree

        var testDescription: String { tree["id"]?.string ?? file }
    }

    private static let files = [
        "best-split", "changepoints-append", "changepoints-fleet", "changepoints-otava", "errors",
        "hdr", "multiple-comparisons", "pool", "power", "summary", "thresholds", "trend",
        "two-sample", "variance-components", "verdicts",
    ]

    static let cases: [Case] = files.flatMap { file in
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("StatisticsTests/Vectors")
        guard
            let bytes = try? Data(contentsOf: folder.appendingPathComponent("\(file).json")),
            let tree = try? JSONDecoder().decode(JSONTree.self, from: bytes)
        else { return [Case]() }
        return (tree["cases"]?.items ?? []).map { Case(file: file, tree: $0) }
    }

    @Test func `every file of vectors is read`() {
        #expect(Set(Self.cases.map(\.file)) == Set(Self.files))
        #expect(Self.cases.count == 387)
    }

    @Test(arguments: cases)
    func `a request of the vectors gets the answer of the vectors`(_ given: Case) throws {
        let request = JSONTree.members([
            "id": given.tree["id"], "op": given.tree["op"], "params": given.tree["params"],
        ])
        let answer = StatsService.answer(Array(request.text.utf8))
        #expect(answer["id"] == given.tree["id"])
        if let code = given.tree["expect_error"] {
            #expect(answer["error"]?["code"] == code)
            return
        }
        let wanted = try #require(given.tree["expect"])
        let tolerance = given.tree["tol"] == nil ? 1e-6 : 0.1
        let result = try #require(answer["result"], "\(answer.text)")
        #expect(Self.isNear(result, wanted, tolerance), "\(result.text)\n\(wanted.text)")
    }

    /// Members that are not wanted may be there.
    private static func isNear(_ found: JSONTree, _ wanted: JSONTree, _ tolerance: Double) -> Bool {
        switch (found, wanted) {
        case (.object, .object(let members)):
            return members.allSatisfy { key, value in
                found[key].map { isNear($0, value, tolerance) } ?? false
            }
        case (.array(let items), .array(let others)):
            return items.count == others.count
                && zip(items, others).allSatisfy { isNear($0, $1, tolerance) }
        default:
            guard let first = found.figure, let second = wanted.figure else {
                return found == wanted
            }
            return first == second || abs(first - second) <= tolerance * abs(second) + 1e-12
        }
    }

    @Test(arguments: [
        "", "{", "[]", "nonsense", "{\"id\":1,\"op\":\"mde\",\"params\":{}}", "{\"id\":\"1\"}",
        "{\"id\":\"1\",\"op\":\"mde\"}", "{\"id\":\"1\",\"op\":\"mde\",\"params\":[]}",
        "{\"id\":\"1\",\"op\":\"mde\",\"params\":{\"sd\":\"x\",\"n_per_group\":3}}",
        "{\"id\":\"1\",\"op\":\"summary\",\"params\":{\"values\":{}}}",
        "{\"id\":\"1\",\"op\":\"summary\",\"params\":{\"values\":[[]]}}",
        "{\"id\":\"1\",\"op\":\"summary\",\"params\":{\"values\":[1,null]}}",
        "{\"id\":\"1\",\"op\":\"mde\",\"params\":{\"sd\":1,\"n_per_group\":1.5}}",
        "{\"id\":\"1\",\"op\":\"pool\",\"params\":{\"effects\":[1],\"variances\":false}}",
    ])
    func `what cannot be read is a bad request`(_ line: String) {
        let answer = StatsService.answer(Array(line.utf8))
        #expect(answer["error"]?["code"] == "bad_request", "\(answer.text)")
        #expect(answer["error"]?["message"]?.string?.isEmpty == false)
    }

    @Test func `bytes of any kind end in an answer`() throws {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: .min ... .max, using: &generator)
        var random = Seeded(state: seed)
        let samples = Self.cases.shuffled(using: &random).prefix(120)
        for given in samples {
            var bytes = Array(
                JSONTree.members([
                    "id": "x", "op": given.tree["op"], "params": given.tree["params"],
                ])
                .text.utf8.prefix(3000))
            for _ in 0..<1 + Int(random.next() % 6) {
                let place = Int(random.next() % UInt64(bytes.count))
                bytes[place] = UInt8(truncatingIfNeeded: random.next())
            }
            let answer = StatsService.answer(bytes)
            #expect(
                (answer["error"]?["code"] != nil) != (answer["result"] != nil), "seed \(seed)")
        }
    }

    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 11 ^ state << 32
        }
    }

    @Test func `lines are answered in order, empty ones not at all`() async throws {
        var program = Program()
        program.input =
            "{\"id\":\"a\",\"op\":\"mde\",\"params\":{\"sd\":1,\"n_per_group\":8}}\n\n\r\n"
            + "nonsense ü\r\n{\"id\":\"b\",\"op\":\"none\",\"params\":{}}"
        let ended = await program.run("stats")
        #expect(ended.status == .done)
        #expect(ended.notices.isEmpty)
        let lines = try ended.answer.split(separator: "\n").map {
            try JSONDecoder().decode(JSONTree.self, from: Data($0.utf8))
        }
        #expect(lines.map { $0["id"] } == ["a", .null, "b"])
        #expect(lines[1]["error"]?["code"] == "bad_request")
        #expect(lines[2]["error"]?["code"] == "unknown_op")
    }

    @Test func `a line that is too long is refused, and the next one answered`() {
        var lines = StatsLines(limitBytes: 8)
        #expect(lines.take(Array("12345678\r\n123456".utf8)) == [.request(Array("12345678".utf8))])
        #expect(lines.take(Array("789\nab\n".utf8)) == [.tooLong, .request(Array("ab".utf8))])
        #expect(lines.finish() == nil)
        #expect(StatsService.tooLong["error"]?["code"] == "bad_request")
    }

    @Test func `the help has an example that works`() async throws {
        let help = await Program().run("stats", "--help")
        #expect(help.status == .done)
        let request = try #require(
            help.answer.split(separator: "\n").first { $0.contains("\"mde\"") })
        let answer = StatsService.answer(Array(request.utf8))
        #expect(answer["result"] != nil, "\(answer.text)")
    }
}

extension JSONTree {
    fileprivate var figure: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .large(let value): Double(value)
        case .number(let value): value
        case .string("Infinity"): .infinity
        case .string("-Infinity"): -.infinity
        default: nil
        }
    }
}
