/// One row of a result; columns by name or by place (from 0).
///
/// Of two columns with one name the first is found. A reader of `T` refuses null and other kinds
/// with `wrongType`; `optional…` readers answer nil for null.
package struct Row: Sendable {
    /// The columns' names, shared by all rows of a result.
    package final class Shape: Sendable {
        package let columns: [String]
        private let places: [String: Int]

        package init(columns: [String]) {
            self.columns = columns
            places = Dictionary(
                columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        }

        fileprivate func place(of column: String) -> Int? { places[column] }
    }

    private let shape: Shape
    private let values: [DatabaseValue]

    /// The values are one per column of `shape`.
    package init(shape: Shape, values: [DatabaseValue]) {
        precondition(shape.columns.count == values.count, "a row has one value per column")
        self.shape = shape
        self.values = values
    }

    package var columns: [String] { shape.columns }
    package var count: Int { values.count }

    package func value(_ column: String) throws(DatabaseFailure) -> DatabaseValue {
        guard let place = shape.place(of: column) else { throw .missingColumn(column) }
        return values[place]
    }

    package func value(at place: Int) throws(DatabaseFailure) -> DatabaseValue {
        guard values.indices.contains(place) else { throw .missingColumn("\(place)") }
        return values[place]
    }

    private func mismatch(
        _ column: String, _ expected: String, _ found: DatabaseValue
    ) -> DatabaseFailure {
        .wrongType(column: column, expected: expected, found: found.kind)
    }
}

extension Row {
    package func integer(_ column: String) throws(DatabaseFailure) -> Int64 {
        let found = try value(column)
        guard case .integer(let value) = found else { throw mismatch(column, "integer", found) }
        return value
    }

    package func optionalInteger(_ column: String) throws(DatabaseFailure) -> Int64? {
        try value(column) == .null ? nil : integer(column)
    }

    /// Also takes an integer that a double holds exactly, since SQLite answers one for such an
    /// expression as `COALESCE(x, 0)`.
    package func real(_ column: String) throws(DatabaseFailure) -> Double {
        let found = try value(column)
        if case .real(let value) = found { return value }
        if case .integer(let value) = found, let exact = Double(exactly: value) { return exact }
        throw mismatch(column, "real", found)
    }

    package func optionalReal(_ column: String) throws(DatabaseFailure) -> Double? {
        try value(column) == .null ? nil : real(column)
    }

    package func text(_ column: String) throws(DatabaseFailure) -> String {
        let found = try value(column)
        guard case .text(let value) = found else { throw mismatch(column, "text", found) }
        return value
    }

    package func optionalText(_ column: String) throws(DatabaseFailure) -> String? {
        try value(column) == .null ? nil : text(column)
    }

    package func blob(_ column: String) throws(DatabaseFailure) -> [UInt8] {
        let found = try value(column)
        guard case .blob(let value) = found else { throw mismatch(column, "blob", found) }
        return value
    }

    package func optionalBlob(_ column: String) throws(DatabaseFailure) -> [UInt8]? {
        try value(column) == .null ? nil : blob(column)
    }

    /// The integer 0 or 1.
    package func bool(_ column: String) throws(DatabaseFailure) -> Bool {
        switch try value(column) {
        case .integer(0): return false
        case .integer(1): return true
        case let found: throw mismatch(column, "0 or 1", found)
        }
    }

    package func optionalBool(_ column: String) throws(DatabaseFailure) -> Bool? {
        try value(column) == .null ? nil : bool(column)
    }
}
