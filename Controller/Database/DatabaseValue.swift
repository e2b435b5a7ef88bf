/// A value bound to or read from SQL.
///
/// Reals are finite and texts hold no NUL when bound; the drivers refuse others, because one of
/// the stores would change or reject them.
package enum DatabaseValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// The kind's name in failures.
    package var kind: String {
        switch self {
        case .null: "null"
        case .integer: "integer"
        case .real: "real"
        case .text: "text"
        case .blob: "blob"
        }
    }

    /// Bytes that the value weighs in a statement.
    package var sizeBytes: Int {
        switch self {
        case .null: 0
        case .integer, .real: 8
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        }
    }

    /// Truth as both stores keep it: 1 or 0.
    package static func bool(_ value: Bool) -> Self { .integer(value ? 1 : 0) }

    package static func integer(_ value: Int64?) -> Self { value.map { .integer($0) } ?? .null }
    package static func real(_ value: Double?) -> Self { value.map { .real($0) } ?? .null }
    package static func text(_ value: String?) -> Self { value.map { .text($0) } ?? .null }
    package static func blob(_ value: [UInt8]?) -> Self { value.map { .blob($0) } ?? .null }
}
