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

    /// The input read as its form asks: a file with those beside it, or a folder.
    func report(_ format: String = BenchmarkParser.automatic) throws -> ParseReport {
        let expected = try expected()
        let input = try #require(expected.input)
        let folder = Self.folder.appending(path: path)
        guard try !Self.isFolder(folder.appending(path: input)) else {
            return BenchmarkParser.parse(format: format, folder: try files(below: input))
        }
        var options = ParseOptions()
        options.beside = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0 != input && $0 != "expected.json" }.sorted()
            .map { ResultFile(path: $0, bytes: try bytes($0)) }
        if let rules = expected.rules { options.rules = try RuleSet(try bytes(rules)) }
        let format = expected.rules == nil ? format : BenchmarkParser.rules
        return BenchmarkParser.parse(format: format, bytes: try bytes(input), options: options)
    }

    /// The bytes of the input; nil if that is a folder.
    func input() throws -> [UInt8]? {
        let input = try #require(try expected().input)
        let place = Self.folder.appending(path: path).appending(path: input)
        return try Self.isFolder(place) ? nil : try bytes(input)
    }

    func files(below name: String) throws -> [ResultFile] {
        let folder = Self.folder.appending(path: "\(path)/\(name)")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return try paths.compactMap { file in
            guard try !Self.isFolder(folder.appending(path: file)) else { return nil }
            return ResultFile(path: file, bytes: try bytes("\(name)/\(file)"))
        }
    }

    private static func isFolder(_ url: URL) throws -> Bool {
        let facts = try FileManager.default.attributesOfItem(atPath: url.path)
        return facts[.type] as? FileAttributeType == .typeDirectory
    }

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
    let rules: String?
    let format: String?
    let status: String
    let results: [Result]
    let errors: [Problem]
}
