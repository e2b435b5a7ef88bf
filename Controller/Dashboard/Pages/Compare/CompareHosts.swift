import FleetModel
import Storage

/// Which hosts measured both ends of a comparison.
struct CompareHosts: Sendable {
    /// What one row is about.
    private struct Name: Hashable {
        let benchmark: String
        let parameters: Parameters
        let metric: String

        init(_ benchmark: String, _ parameters: Parameters, _ metric: String) {
            self.benchmark = benchmark
            self.parameters = parameters
            self.metric = metric
        }

        init(_ row: ComparisonStore.RowRecord) {
            self.init(row.benchmark, row.parameters, row.metric.name)
        }
    }

    private let base: [Name: HostID]
    private let head: [Name: HostID]
    /// By identifier; empty for readers who may not know them.
    private let names: [HostID: String]

    static let none = CompareHosts(base: [], head: [], names: [:])

    /// Each commit was the candidate of its own run.
    init(
        base: [MeasurementRecord], head: [MeasurementRecord], names: [HostID: String]
    ) {
        self.base = Self.byName(base)
        self.head = Self.byName(head)
        self.names = names
    }

    private static func byName(_ records: [MeasurementRecord]) -> [Name: HostID] {
        Dictionary(
            records.filter { $0.isCounted && $0.role == .candidate }.map { record in
                let key = record.series.key
                return (Name(key.benchmark, key.parameters, key.metric.name), key.host)
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Two hosts measured the two sides of the row.
    func differ(_ row: ComparisonStore.RowRecord) -> Bool {
        let name = Name(row)
        guard let first = base[name], let second = head[name] else { return false }
        return first != second
    }

    /// Of the row's base and head, for readers who may know them.
    func names(
        of row: ComparisonStore.RowRecord
    ) -> (base: ForeignText?, head: ForeignText?) {
        func named(_ host: HostID?) -> ForeignText? {
            host.flatMap { names[$0] }.map { ForeignText($0, limit: 60) }
        }
        return (named(base[Name(row)]), named(head[Name(row)]))
    }

    var ofBase: ForeignText? { list(base) }
    var ofHead: ForeignText? { list(head) }

    /// `anvil, cinder`.
    private func list(_ side: [Name: HostID]) -> ForeignText? {
        let found = Set(side.values).compactMap { names[$0] }.sorted()
        return found.isEmpty ? nil : ForeignText(found.joined(separator: ", "), limit: 120)
    }
}

/// A host that a side may be narrowed to.
struct HostChoice: Hashable, Sendable {
    let name: ForeignText
    let isBase: Bool
    let isHead: Bool
}
