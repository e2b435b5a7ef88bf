/// One append-only step of the schema.
package struct Migration: Sendable {
    /// Such as `m0001_spine`; the number orders the steps.
    package let name: String
    private let sqlite: [UInt8]
    private let postgres: [UInt8]

    /// A step that both stores take from one text.
    ///
    /// It is UTF-8, with `;` between statements; the word BYTES outside quotes means BLOB in
    /// SQLite and BYTEA in PostgreSQL.
    package init(name: String, sql: [UInt8]) {
        self.init(name: name, sqlite: sql, postgres: sql)
    }

    /// A step that the stores spell apart.
    package init(name: String, sqlite: [UInt8], postgres: [UInt8]) {
        self.name = name
        self.sqlite = sqlite
        self.postgres = postgres
    }

    /// The FNV-1a hash (64 bits, as 16 hex digits) of the text for `dialect`: a guard against
    /// editing an applied step by accident, not against an attacker.
    package func checksum(for dialect: Dialect) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text(for: dialect) {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The statements for `dialect`, in order, without comments between them.
    package func statements(for dialect: Dialect) throws(MigrationFailure) -> [String] {
        let bytes = text(for: dialect)
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw .unreadable(name)
        }
        var statements: [String] = []
        for piece in SQLScanner.tokens(of: bytes).split(whereSeparator: { $0.kind == .semicolon }) {
            let tokens = piece.drop { $0.kind == .comment }
            guard let first = tokens.first, let last = tokens.last else { continue }
            statements.append(
                Self.spell(
                    tokens, of: bytes, in: first.range.lowerBound..<last.range.upperBound,
                    for: dialect))
        }
        return statements
    }

    private func text(for dialect: Dialect) -> [UInt8] {
        switch dialect {
        case .sqlite: sqlite
        case .postgres: postgres
        }
    }

    private static func spell(
        _ tokens: ArraySlice<SQLToken>, of bytes: [UInt8], in range: Range<Int>,
        for dialect: Dialect
    ) -> String {
        let name = dialect == .sqlite ? "BLOB" : "BYTEA"
        var spelled: [UInt8] = []
        var copied = range.lowerBound
        for token in tokens
        where token.kind == .word && bytes[token.range].elementsEqual("BYTES".utf8) {
            spelled += bytes[copied..<token.range.lowerBound]
            spelled += name.utf8
            copied = token.range.upperBound
        }
        spelled += bytes[copied..<range.upperBound]
        return String(decoding: spelled, as: UTF8.self)
    }
}

/// Why the schema was not brought up to date.
package enum MigrationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Names must be `m0001_words`, rising, each once.
    case invalidList(String)
    /// The text is not UTF-8 or holds a NUL.
    case unreadable(String)
    /// The step's text is not the one that was applied.
    case changed(String)
    /// The database holds a step that this program does not know: it is older than the database.
    case unknown(String)
    /// The step comes before one that was applied already.
    case outOfOrder(String)

    package var description: String {
        switch self {
        case .invalidList(let name): "migration \(name) is misnamed or out of place in its list"
        case .unreadable(let name): "migration \(name) is not UTF-8 text"
        case .changed(let name): "migration \(name) was changed after it had been applied"
        case .unknown(let name): "the database has migration \(name) of a later program"
        case .outOfOrder(let name): "migration \(name) comes before an applied one"
        }
    }
}
