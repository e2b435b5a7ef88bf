package import Database
import FleetModel

/// Reads the audit from its beginning and finds the first row that is not what was written.
///
/// It proves that nobody changed, removed or moved rows alone. Who can write the whole table can
/// also compute it anew: against that stands a digest that was kept elsewhere (`head`).
package struct AuditVerification: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    package struct Wish: Hashable, Sendable {
        /// An event's id: where to begin instead of at the first row.
        package var from: String?
        /// A row's digest that was noted earlier and must still be in the chain.
        package var head: String?

        package init() {}
    }

    package struct Report: Hashable, Sendable {
        /// Rows that are right, up to the fault.
        package var checked: Int64 = 0
        /// Of the last right row; what to note down.
        package var digest = AuditRecord.start
        package var fault: Fault?
    }

    package enum Fault: Hashable, Sendable {
        case changed(number: Int64, id: String)
        case missing(from: Int64, to: Int64)
        /// It follows another row than the one that it was written after; `belongsAfter` is that
        /// one's present number, nil when it is gone.
        case misplaced(number: Int64, id: String, belongsAfter: Int64?)
        /// The end of the chain is not where its head says.
        case headDiffers(recorded: Int64, found: Int64)
        case headMissing
        /// No row has the digest that was noted.
        case rewritten(head: String)
        /// There is no event of that id to begin at.
        case unknownStart(String)
    }

    private static let pageLength = 1_000

    private struct State {
        var report = Report()
        var next: Int64 = 1
        var hasSeenHead: Bool
    }

    /// Reads page by page, each with the chain's end in one transaction; rows that are added
    /// meanwhile are read too.
    package func run(_ wish: Wish = Wish()) async throws -> Report {
        var state = State(hasSeenHead: wish.head.map { $0 == AuditRecord.start } ?? true)
        if let id = wish.from {
            guard let first = try await record("id", .text(id)) else {
                state.report.fault = .unknownStart(id)
                return state.report
            }
            state.next = first.number
            state.report.digest = first.previous
        }
        while true {
            let page = try await page(from: state.next)
            for record in page.records {
                guard try await accept(record, wish, &state) else { return state.report }
            }
            if page.records.count < Self.pageLength {
                state.report.fault = endFault(page.head, wish, state)
                return state.report
            }
        }
    }

    private func accept(
        _ record: AuditRecord, _ wish: Wish, _ state: inout State
    ) async throws -> Bool {
        if record.number > state.next {
            state.report.fault = .missing(from: state.next, to: record.number - 1)
        } else if record.digest != record.rightDigest {
            state.report.fault = .changed(number: record.number, id: record.id)
        } else if record.previous != state.report.digest {
            state.report.fault = .misplaced(
                number: record.number, id: record.id,
                belongsAfter: try await self.record("digest", .text(record.previous))?.number)
        } else {
            state.report.checked += 1
            state.report.digest = record.digest
            state.next = record.number + 1
            if record.digest == wish.head { state.hasSeenHead = true }
            return true
        }
        return false
    }

    private func endFault(_ head: Head?, _ wish: Wish, _ state: State) -> Fault? {
        let last = state.next - 1
        guard let head else { return .headMissing }
        if head.number > last { return .missing(from: last + 1, to: head.number) }
        if head.number < last || head.digest != state.report.digest {
            return .headDiffers(recorded: head.number, found: last)
        }
        if let wanted = wish.head, !state.hasSeenHead { return .rewritten(head: wanted) }
        return nil
    }

    private struct Head: Sendable {
        let number: Int64
        let digest: String
    }

    /// Rows and the chain's end of one moment.
    private func page(from number: Int64) async throws -> (records: [AuditRecord], head: Head?) {
        try await database.transaction(.read) { connection in
            let records = try connection.query(
                "SELECT * FROM audit WHERE number >= $1 ORDER BY number LIMIT $2",
                [.integer(number), .integer(Int64(Self.pageLength))]
            ).map { try AuditRecord($0) }
            let heads = try connection.query(
                "SELECT number, digest FROM audit_head WHERE id = 1")
            let head = try heads.first.map {
                Head(number: try $0.integer("number"), digest: try $0.text("digest"))
            }
            return (records, head)
        }
    }

    /// By a column that is unique.
    private func record(_ column: String, _ value: DatabaseValue) async throws -> AuditRecord? {
        try await database.transaction(.read) { connection in
            try connection.query("SELECT * FROM audit WHERE \(column) = $1", [value])
                .first.map { try AuditRecord($0) }
        }
    }
}

extension AuditVerification.Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .changed(let number, let id): "row \(number) (\(id)) was changed"
        case .missing(let first, let last) where first == last: "row \(first) is missing"
        case .missing(let first, let last): "rows \(first) to \(last) are missing"
        case .misplaced(let number, let id, let place?):
            "row \(number) (\(id)) is not in its place: it was written after row \(place)"
        case .misplaced(let number, let id, nil):
            "row \(number) (\(id)) was written after a row that is missing"
        case .headDiffers(let recorded, let found):
            "the audit should end with row \(recorded) and ends with row \(found)"
        case .headMissing: "the audit's head is missing"
        case .rewritten(let head): "no row has the digest \(head): the audit was written anew"
        case .unknownStart(let id): "there is no event \(id)"
        }
    }
}
