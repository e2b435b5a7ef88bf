import CLibPQ
import Database

/// PostgreSQL's binary forms of the types that we use.
/// Source: the `…send` and `…recv` functions of the server, which keep these forms stable.
enum BinaryValue {
    /// Object identifiers of `pg_type`, fixed for ever.
    enum TypeCode {
        static let unspecified: Oid = 0
        static let bool: Oid = 16
        static let bytea: Oid = 17
        static let int8: Oid = 20
        static let int2: Oid = 21
        static let int4: Oid = 23
        static let text: Oid = 25
        static let float4: Oid = 700
        static let float8: Oid = 701
        static let numeric: Oid = 1700
        static let void: Oid = 2278
        /// name, json, unknown, bpchar, varchar: sent as plain text.
        static let textual: Set<Oid> = [text, 19, 114, 705, 1042, 1043]
    }

    static func decode(
        _ bytes: UnsafeRawBufferPointer, type: Oid, column: String
    ) throws(DatabaseFailure) -> DatabaseValue {
        let value: DatabaseValue? =
            switch type {
            case TypeCode.int8: load(bytes, Int64.self).map { .integer($0) }
            case TypeCode.int4: load(bytes, Int32.self).map { .integer(Int64($0)) }
            case TypeCode.int2: load(bytes, Int16.self).map { .integer(Int64($0)) }
            case TypeCode.bool: bytes.first.map { .integer($0 == 0 ? 0 : 1) }
            case TypeCode.float8:
                load(bytes, UInt64.self).map { .real(Double(bitPattern: $0)) }
            case TypeCode.float4:
                load(bytes, UInt32.self).map { .real(Double(Float(bitPattern: $0))) }
            case TypeCode.bytea: .blob([UInt8](bytes))
            case TypeCode.numeric: NumericText.decode(bytes).map { .text($0) }
            case TypeCode.void: .null
            case let type where TypeCode.textual.contains(type):
                String(validating: bytes, as: UTF8.self).map { .text($0) }
            default: nil
            }
        guard let value else {
            throw .wrongType(
                column: column, expected: "a type of ours (cast it)", found: "type \(type)")
        }
        return value
    }

    /// The type that a bound value is sent as.
    static func type(of value: DatabaseValue) -> Oid {
        switch value {
        case .null: TypeCode.unspecified
        case .integer: TypeCode.int8
        case .real: TypeCode.float8
        case .text: TypeCode.text
        case .blob: TypeCode.bytea
        }
    }

    /// Appends a value's bytes; nothing for null.
    static func append(_ value: DatabaseValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: break
        case .integer(let integer): append(integer, to: &bytes)
        case .real(let real): append(real.bitPattern, to: &bytes)
        case .text(let text): bytes += text.utf8
        case .blob(let blob): bytes += blob
        }
    }

    static func append(_ integer: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: integer.bigEndian) { bytes += $0 }
    }

    static func load<T: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, _ type: T.Type
    ) -> T? {
        guard bytes.count == MemoryLayout<T>.size else { return nil }
        return T(bigEndian: bytes.loadUnaligned(as: T.self))
    }
}
