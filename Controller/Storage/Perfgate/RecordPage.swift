import Database
package import FleetModel

/// A part of a list, newest first.
package struct RecordPage<Record: Sendable>: Sendable {
    package let records: [Record]
    /// Of all that match, on every page.
    package let total: Int64
    /// How many the page could have: fewer than were asked for where those were too many or their
    /// receipts too large.
    package let limit: Int64

    package init(records: [Record], total: Int64, limit: Int64) {
        self.records = records
        self.total = total
        self.limit = limit
    }
}

/// Which part of a list is wanted.
package struct RecordSlice: Hashable, Sendable {
    /// Records of one page, whatever was asked for.
    package static let maximumRecords: Int64 = 1_000
    /// Receipts of one page; the first record comes whatever its size.
    package static let maximumBytes: Int64 = 32 << 20

    package let limit: Int64
    package let offset: Int64

    package init(limit: Int64, offset: Int64) {
        self.limit = min(max(0, limit), Self.maximumRecords)
        self.offset = max(0, offset)
    }

    /// How many records of these sizes a page has room for.
    static func room(for sizes: [Int64]) -> Int {
        var bytes: Int64 = 0
        for (index, size) in sizes.enumerated() {
            bytes += size
            if bytes > maximumBytes, index > 0 { return index }
        }
        return sizes.count
    }
}

/// Moments that bound a list; both are inside.
package struct RecordPeriod: Hashable, Sendable {
    package let since: ServerTime?
    package let until: ServerTime?

    package init(since: ServerTime? = nil, until: ServerTime? = nil) {
        self.since = since
        self.until = until
    }
}

extension Narrowing {
    /// Begins with the rows of the named project.
    init(ofProject name: String) { self.init(NamedProject.isOwner, .text(name)) }

    mutating func equal(_ column: String, _ text: String?) {
        if let text { match(.text(text)) { "\(column) = \($0)" } }
    }

    mutating func within(_ period: RecordPeriod) {
        if let since = period.since { match(.time(since)) { "created_us >= \($0)" } }
        if let until = period.until { match(.time(until)) { "created_us <= \($0)" } }
    }

    /// The list in the column has the text.
    mutating func list(_ column: String, has text: String) {
        match(.text(TextList.pattern(containing: text))) { "\(column) LIKE \($0) ESCAPE '!'" }
    }

    /// How many rows of the table are in it.
    func count(of table: String, _ connection: any Connection) throws -> Int64 {
        try connection.query("SELECT count(*) AS total FROM \(table) WHERE \(condition)", binds)
            .first?.integer("total") ?? 0
    }

    /// The binds with those of a page behind them.
    func binds(and slice: RecordSlice) -> [DatabaseValue] {
        binds + [.integer(slice.limit), .integer(slice.offset)]
    }

    /// Newest first; the two places behind those of the condition.
    var newestPage: String {
        "ORDER BY created_us DESC, id DESC LIMIT $\(binds.count + 1) OFFSET $\(binds.count + 2)"
    }
}
