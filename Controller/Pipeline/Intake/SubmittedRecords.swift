import AgentProtocol
import BenchmarkFormats
import FleetModel
import Storage

/// Results that a tool reported elsewhere, in the words in which agents report theirs.
struct SubmittedRecords {
    private(set) var records: [BatchRecord] = []
    /// Results that an agent could not have sent either.
    private(set) var refused: [ReadingReport.Problem] = []
    private var cases: [Case: Ending] = [:]
    private var order: [Case] = []

    private struct Case: Hashable {
        let benchmark: String
        let parameters: Parameters
    }

    private struct Ending {
        var iterations: Int64 = 0
        var headlines: [String: CaseRecord.Headline] = [:]

        mutating func take(_ result: BenchmarkResult, _ count: Int) {
            iterations = max(iterations, Int64(count))
            headlines[result.metric] = CaseRecord.Headline(
                value: result.value, statistic: result.statistic.rawValue)
        }
    }

    private static let start = Nanoseconds(.zero)
    /// Of all results; each is some hundred bytes.
    private static let recordLimit = 200_000

    init(_ report: ParseReport) {
        for result in report.results { add(result) }
        for name in order { close(name) }
        let measured = Set(order.map(\.benchmark))
        for problem in report.errors { add(problem, besides: measured) }
    }

    var isEmpty: Bool { order.isEmpty }

    /// In the order of the document; one with several parameters stands there several times.
    var benchmarks: [String] { order.map(\.benchmark) }

    /// One visit for each process, launch or run that the tool tells apart.
    private mutating func add(_ result: BenchmarkResult) {
        let values = result.samples.isEmpty ? [result.value] : result.samples
        let name = Case(benchmark: result.name, parameters: Parameters(result.params))
        var visits: [Int: Int] = [:]
        let pieces = Self.pieces(of: values.count, result.groups.numbers)
        guard records.count + pieces.count <= Self.recordLimit else {
            return refuse(
                result, .limitExceeded, "More than \(Self.recordLimit) processes are told apart.")
        }
        let made = pieces.map { piece in
            let visit = visits[piece.group] ?? visits.count
            visits[piece.group] = visit
            return record(of: result, name, values[piece.places], visit)
        }
        do throws(FieldProblem) {
            for record in made { try record.validate() }
        } catch {
            return refuse(result, .entryInvalid, error.message)
        }
        records += made.map { .measurement($0) }
        if cases[name] == nil { order.append(name) }
        cases[name, default: Ending()].take(result, values.count)
    }

    private mutating func refuse(
        _ result: BenchmarkResult, _ problemClass: ProblemClass, _ message: String
    ) {
        refused.append(
            .init(
                problemClass: problemClass.rawValue, benchmark: String(result.name.prefix(200)),
                metric: result.metric, message: message, line: nil))
    }

    /// Neighbours of one group, as many as a record takes. No groups are one.
    private static func pieces(
        of count: Int, _ groups: [Int]
    ) -> [(group: Int, places: Range<Int>)] {
        var pieces: [(group: Int, places: Range<Int>)] = []
        var start = 0
        while start < count {
            let group = groups.isEmpty ? 0 : groups[start]
            let most = min(count, start + AgentProtocol.MeasurementRecord.valueLimit)
            let end =
                groups.isEmpty ? most : groups[start..<most].firstIndex { $0 != group } ?? most
            pieces.append((group, start..<end))
            start = end
        }
        return pieces
    }

    private func record(
        of result: BenchmarkResult, _ name: Case, _ values: ArraySlice<Double>, _ visit: Int
    ) -> AgentProtocol.MeasurementRecord {
        AgentProtocol.MeasurementRecord(
            at: Self.start, benchmark: name.benchmark, parameters: name.parameters,
            metric: result.metric, unit: result.unit,
            better: Better(rawValue: result.better.rawValue) ?? .none, provider: .submitted,
            role: .candidate, visit: visit, phase: .measure, iteration: Int64(values.startIndex),
            // The reader lets only finite numbers through.
            values: values.compactMap { MeasuredNumber($0) })
    }

    private mutating func close(_ name: Case) {
        guard let ending = cases[name] else { return }
        records.append(
            .case(
                CaseRecord(
                    at: Self.start, benchmark: name.benchmark, parameters: name.parameters,
                    role: .candidate, state: .ok, iterations: ending.iterations, stop: .fixed,
                    headline: ending.headlines)))
    }

    /// A benchmark of which another metric was read is no failed one.
    private mutating func add(_ problem: ParseProblem, besides measured: Set<String>) {
        guard let name = problem.name, !measured.contains(name) else { return }
        let record = CaseRecord(
            at: Self.start, benchmark: name, role: .candidate, state: .failed,
            errorClass: problem.problemClass.rawValue,
            message: String(problem.message.prefix(Failure.messageLimit)), iterations: 0)
        guard (try? record.validate()) != nil else { return }
        records.append(.case(record))
    }
}

extension SubmittedRecords {
    /// Batches of a size that the reader of batches takes.
    static func batches(of records: [BatchRecord]) throws -> [[UInt8]] {
        let limits = ProtocolLimits.standard
        var batches: [[UInt8]] = []
        var rest = records[...]
        while !rest.isEmpty {
            var room = limits.largestPlainBatch
            let fitting = rest.prefix(limits.batchRecords).prefix { record in
                room -= record.longestText
                return room >= 0
            }
            let taken = rest.prefix(max(1, fitting.count))
            rest = rest.dropFirst(taken.count)
            let batch = BatchRequest(sequence: Int64(batches.count + 1), records: Array(taken))
            batches.append(try WireCodec.encode(batch))
        }
        return batches
    }
}

extension BatchRecord {
    /// At most so many bytes of JSON; a character may be written as six.
    fileprivate var longestText: Int {
        func length(_ parameters: Parameters) -> Int {
            parameters.values.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 6 }
        }
        switch self {
        case .measurement(let record):
            return 1000 + 26 * record.values.count + 6
                * (record.benchmark.utf8.count + record.unit.utf8.count
                    + length(record.parameters))
        case .case(let record):
            return 2000 + 6
                * (record.benchmark.utf8.count + (record.message ?? "").utf8.count
                    + length(record.parameters)) + 400 * (record.headline?.count ?? 0)
        case .dependencies(let record):
            return record.items.reduce(1000) {
                $0 + 200 + 6
                    * ($1.name.utf8.count + $1.version.utf8.count + ($1.digest ?? "").utf8.count)
            }
        default: return 1 << 16
        }
    }
}
