import BenchmarkFormats
import Statistics

/// Answers one line of `fleetmark stats`: a request in JSON becomes an answer in JSON.
///
/// Source: statistics specification, section 14.
enum StatsService {
    /// A longer line is refused.
    static let lineBytes = 64 << 20

    static let tooLong = answer(
        nil, StatsRefusal.badRequest("a line holds at most \(lineBytes) bytes"))

    private static let limits: ParseLimits = {
        var limits = ParseLimits()
        limits.depth = 16
        // As many values as a line can hold; memory is bounded by the line.
        limits.samplesPerResult = lineBytes / 2
        limits.samplesPerFile = lineBytes / 2
        limits.time = .seconds(60)
        return limits
    }()

    private static let operations = Dictionary(
        StatsCatalogue.operations.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    /// Never fails: what cannot be answered is an answer with an error.
    static func answer(_ line: [UInt8]) -> JSONTree {
        var id: String?
        do {
            let root = try document(line)
            guard root.isObject else {
                throw StatsRefusal.badRequest("a request must be an object")
            }
            id = root["id"]?.string
            guard id != nil else { throw StatsRefusal.badRequest("id must be a text") }
            guard let name = root["op"]?.string else {
                throw StatsRefusal.badRequest("op must be a text")
            }
            guard let operation = operations[name] else {
                throw StatsRefusal.unknownOperation(name)
            }
            guard let given = root["params"] else {
                throw StatsRefusal.badRequest("params is missing")
            }
            let parameters = try StatsParameters(given, named: "params")
            let result = try operation.run(parameters)
            return .object(["id": identity(id), "result": .object(result)])
        } catch {
            return answer(id, error)
        }
    }

    private static func document(_ line: [UInt8]) throws -> JSONValue {
        do {
            return try JSONDocument(reading: line, limits: limits).root
        } catch {
            throw StatsRefusal.badRequest(
                "the line is not JSON: \(error.reason), at byte \(error.offset)")
        }
    }

    private static func answer(_ id: String?, _ error: any Error) -> JSONTree {
        let (code, message) =
            switch error {
            case let refusal as StatsRefusal: (refusal.code, refusal.message)
            case let failure as StatisticsFailure: (failure.code, failure.description)
            default: ("bad_request", "\(error)")
            }
        return .object([
            "id": identity(id),
            "error": .object(["code": .string(code), "message": .string(message)]),
        ])
    }

    private static func identity(_ id: String?) -> JSONTree { id.map { .string($0) } ?? .null }
}
