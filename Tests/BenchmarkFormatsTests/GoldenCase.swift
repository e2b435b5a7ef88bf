import FoundationEssentials
import Testing

@testable import BenchmarkFormats

/// One recorded or composed output and what must come out of it.
struct GoldenCase: Sendable, CustomTestStringConvertible {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden")

    /// Folder below `Golden`, such as `hyperfine/multi`.
    let path: String

    var testDescription: String { path }

    /// Every folder that holds an `expected.json`.
    static let all: [GoldenCase] = {
        let manager = FileManager.default
        let tools = (try? manager.contentsOfDirectory(atPath: folder.path)) ?? []
        return tools.sorted().flatMap { tool in
            let below = folder.appending(path: tool).path
            let cases = (try? manager.contentsOfDirectory(atPath: below)) ?? []
            return cases.sorted().map { GoldenCase(path: "\(tool)/\($0)") }
        }
    }()

    func bytes(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appending(path: "\(path)/\(file)")))
    }

    /// Read by another reader than the one under test.
    func expected() throws -> ExpectedReport {
        try JSONDecoder().decode(ExpectedReport.self, from: Data(try bytes("expected.json")))
    }
}

/// The contract's form of a report; messages and warnings are free.
struct ExpectedReport: Decodable {
    struct Result: Decodable {
        let name: String
        let params: [String: String]
        let metric: String
        let unit: String
        let direction: String
        let value: Double
        let statistic: String
        let samples: [Double]
        let groups: [Int]?
        let stats: [String: Double]?
    }

    struct Problem: Decodable, Hashable {
        let problemClass: String
        let name: String?
        let metric: String?

        enum CodingKeys: String, CodingKey {
            case problemClass = "class"
            case name, metric
        }

        var line: String { "\(problemClass) \(name ?? "-") \(metric ?? "-")" }
    }

    let input: String?
    let format: String?
    let status: String
    let results: [Result]
    let errors: [Problem]
}
