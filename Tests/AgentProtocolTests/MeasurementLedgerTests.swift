import AgentProtocol
import FleetModel
import Testing

@Suite struct MeasurementLedgerTests {
    private static func record(from first: Int64, count: Int, pass: Int?) -> MeasurementRecord {
        MeasurementRecord(
            at: .zero, benchmark: "parse", metric: "time", unit: "s", better: .lower,
            provider: .softwareEvent, role: .candidate, pass: pass, phase: .measure,
            iteration: first, values: (0..<count).map { MeasuredNumber(UInt64($0)) })
    }

    @Test(arguments: 0..<200)
    func `a value is refused exactly when its identity is taken`(_ seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        var ledger = MeasurementLedger()
        var taken: [Int?: Set<Int64>] = [:]
        for _ in 0..<60 {
            let first = Int64.random(in: 0..<80, using: &generator)
            let count = Int.random(in: 1...4, using: &generator)
            let pass = Bool.random(using: &generator) ? 1 : nil
            let wanted = Set(first..<(first + Int64(count)))
            let isFree = taken[pass, default: []].isDisjoint(with: wanted)
            var entered = true
            do throws(FieldProblem) {
                try ledger.enter(Self.record(from: first, count: count, pass: pass))
            } catch {
                entered = false
            }
            #expect(entered == isFree)
            if isFree { taken[pass, default: []].formUnion(wanted) }
        }
    }

    @Test func `the largest iterations do not trap`() {
        var ledger = MeasurementLedger()
        let record = Self.record(from: .max - 1, count: 4, pass: nil)
        #expect(throws: Never.self) { try ledger.enter(record) }
        #expect(throws: FieldProblem.self) { try ledger.enter(record) }
    }
}
