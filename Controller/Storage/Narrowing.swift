import Database

/// What a list is narrowed to, put together piece by piece.
struct Narrowing {
    private var conditions: [String]
    private(set) var binds: [DatabaseValue]

    /// Begins with a condition that binds `$1`.
    init(_ condition: String, _ value: DatabaseValue) {
        conditions = [condition]
        binds = [value]
    }

    /// All must hold.
    var condition: String { conditions.joined(separator: " AND ") }

    /// The column is one of the values; none narrow nothing.
    mutating func among(_ column: String, _ values: [DatabaseValue]) {
        guard !values.isEmpty else { return }
        let places = bind(values)
        conditions.append("\(column) IN (\(places.joined(separator: ", ")))")
    }

    /// A condition of one value, which is given the value's bind.
    mutating func match(_ value: DatabaseValue, _ condition: (String) -> String) {
        binds.append(value)
        conditions.append(condition("$\(binds.count)"))
    }

    /// A condition of two values.
    mutating func match(
        _ first: DatabaseValue, _ second: DatabaseValue, _ condition: (String, String) -> String
    ) {
        binds += [first, second]
        conditions.append(condition("$\(binds.count - 1)", "$\(binds.count)"))
    }

    /// Places for values that a condition names by itself.
    mutating func bind(_ values: [DatabaseValue]) -> [String] {
        let places = values.indices.map { "$\(binds.count + $0 + 1)" }
        binds += values
        return places
    }

    mutating func require(_ condition: String) { conditions.append(condition) }
}
