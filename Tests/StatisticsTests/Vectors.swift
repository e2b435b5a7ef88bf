import FoundationEssentials
import Testing

@testable import Statistics

/// Any JSON value; "NaN" and the infinities are numbers written as texts in the vectors.
enum Value: Decodable, Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([Value])
    case object([String: Value])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self =
                ["Infinity", "-Infinity"].contains(text)
                ? .number(text == "Infinity" ? .infinity : -.infinity) : .text(text)
        } else if let list = try? container.decode([Value].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: Value].self))
        }
    }

    init(_ number: Double?) { self = number.map { .number($0) } ?? .null }
    init(_ number: Int) { self = .number(Double(number)) }
    init(_ interval: Interval?) {
        self = interval.map { .list([.number($0.lower), .number($0.upper)]) } ?? .null
    }

    subscript(key: String) -> Value? {
        if case .object(let members) = self { return members[key] }
        return nil
    }

    var double: Double? { if case .number(let number) = self { number } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var list: [Value]? { if case .list(let list) = self { list } else { nil } }
    var doubles: [Double] { list?.compactMap(\.double) ?? [] }
}

struct VectorCase: Decodable, Sendable, CustomTestStringConvertible {
    let id: String
    let op: String
    let params: Value
    let expect: Value
    let note: String?
    let tol: [String: String]?

    var testDescription: String { "\(id) \(note ?? "")" }

    func doubles(_ key: String) -> [Double] { params[key]?.doubles ?? [] }
    func double(_ key: String) -> Double? { params[key]?.double }

    func level() throws -> ConfidenceLevel {
        try ConfidenceLevel(double("level") ?? 0.95)
    }
}

enum Vectors {
    private struct File: Decodable { let cases: [VectorCase] }

    /// Empty when the file cannot be read; the suites count their cases.
    static func cases(_ name: String, op: String) -> [VectorCase] {
        let folder = "\(#filePath)".split(separator: "/").dropLast().joined(separator: "/")
        let path = "/\(folder)/Vectors/\(name).json"
        guard let bytes = try? Data(contentsOf: URL(filePath: path)),
            let file = try? JSONDecoder().decode(File.self, from: bytes)
        else { return [] }
        return file.cases.filter { $0.op == op }
    }

    /// Compares by the tolerances of the specification, section 14.
    static func expect(
        _ found: Value, equals expected: Value, in given: VectorCase, path: String = "",
        at place: SourceLocation = #_sourceLocation
    ) {
        switch (found, expected) {
        case (.object(let members), .object(let wanted)):
            for (key, value) in wanted {
                let inner = path.isEmpty ? key : "\(path).\(key)"
                guard let member = members[key] else {
                    Issue.record("\(given.id): \(inner) is missing", sourceLocation: place)
                    continue
                }
                expect(member, equals: value, in: given, path: inner, at: place)
            }
        case (.list(let items), .list(let wanted)):
            #expect(items.count == wanted.count, "\(given.id) \(path)", sourceLocation: place)
            for (index, pair) in zip(items, wanted).enumerated() {
                expect(pair.0, equals: pair.1, in: given, path: "\(path).\(index)", at: place)
            }
        case (.number(let number), .number(let wanted)):
            #expect(
                isNear(number, wanted, path, given), "\(given.id) \(path): \(number) \(wanted)",
                sourceLocation: place)
        default:
            #expect(found == expected, "\(given.id) \(path)", sourceLocation: place)
        }
    }

    private static func isNear(
        _ found: Double, _ wanted: Double, _ path: String, _ given: VectorCase
    ) -> Bool {
        if found == wanted { return true }
        let key = String(path.split(separator: ".").last { Int($0) == nil } ?? "")
        let parts = given.tol?[key]?.split(separator: " ").map(String.init) ?? []
        let gap = abs(found - wanted)
        if parts.count == 2, let bound = Double(parts[1]) {
            return gap <= (parts[0] == "rel" ? bound * abs(wanted) : bound)
        }
        let counts = [
            "n", "n_a", "n_b", "count", "total", "n_used", "lo_order", "hi_order", "index",
            "runs_to_breach",
        ]
        if counts.contains(key) { return false }
        let probabilities = ["p", "adjusted", "p_t", "p_rank", "p_adjusted", "p_heterogeneity"]
        if probabilities.contains(key) { return gap <= 1e-6 * abs(wanted) + 1e-12 }
        let isCoarse =
            path.hasPrefix("bootstrap_ci") || ["sd_before", "sd_after", "rho"].contains(key)
        let relative = isCoarse ? 1e-7 : 1e-9
        return gap <= relative * abs(wanted) + 1e-12
    }
}
