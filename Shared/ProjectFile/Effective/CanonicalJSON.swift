// FoundationEssentials has no Unicode normalisation.
import Foundation

/// JSON in the one form that is digested (project-file.md section 3): keys by code point, no white
/// space, strings in NFC, shortest decimals, and lists sorted where their order means nothing.
package indirect enum CanonicalJSON: Sendable {
    case object([String: CanonicalJSON])
    case list([CanonicalJSON])
    case set([CanonicalJSON])
    case text(String)
    case integer(Int64)
    case decimal(Double)
    case boolean(Bool)

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .object(let members):
            let normal = members.map { (key: Self.normal($0.key), value: $0.value) }
            let sorted = normal.sorted {
                $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
            }
            Self.write(sorted, between: ("{", "}"), to: &bytes) { member, bytes in
                Self.write(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes)
            }
        case .list(let items):
            Self.write(items, between: ("[", "]"), to: &bytes) { $0.write(to: &$1) }
        case .set(let items):
            let sorted = Set(items.map(\.bytes)).sorted { $0.lexicographicallyPrecedes($1) }
            Self.write(sorted, between: ("[", "]"), to: &bytes) { $1 += $0 }
        case .text(let text): Self.write(Self.normal(text), to: &bytes)
        case .integer(let integer): bytes += Array("\(integer)".utf8)
        case .decimal(let decimal): bytes += Array(DecimalText.shortest(decimal).utf8)
        case .boolean(let boolean): bytes += Array((boolean ? "true" : "false").utf8)
        }
    }

    private static func write<Item>(
        _ items: [Item], between marks: (String, String), to bytes: inout [UInt8],
        each: (Item, inout [UInt8]) -> Void
    ) {
        bytes += Array(marks.0.utf8)
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            each(item, &bytes)
        }
        bytes += Array(marks.1.utf8)
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                bytes += Array("\\u00".utf8)
                bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func normal(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping
    }
}

extension CanonicalJSON {
    init(_ setting: Setting) {
        switch setting.value {
        case .text(let text): self = .text(text)
        case .template(let template): self = .text(template.source)
        case .integer(let integer): self = .integer(Int64(integer))
        case .number(let number), .fraction(let number): self = .decimal(number)
        case .boolean(let boolean): self = .boolean(boolean)
        case .nanoseconds(let count), .bytes(let count): self = .integer(count)
        case .command(.program(let words)): self = .list(words.map { .text($0.source) })
        case .command(.script(let script)): self = .text(script.source)
        case .list(let items, let isOrdered):
            let values = items.map { CanonicalJSON($0) }
            self = isOrdered ? .list(values) : .set(values)
        case .map(let entries):
            var members: [String: CanonicalJSON] = [:]
            for entry in entries { members[entry.key] = CanonicalJSON(entry.value) }
            self = .object(members)
        case .section(let table): self.init(table) { _ in true }
        }
    }

    /// The keys of a section for which `isKept` says so; inner sections are whole.
    init(_ table: SettingTable, keeping isKept: (String) -> Bool) {
        var members: [String: CanonicalJSON] = [:]
        for name in table.names where isKept(name) {
            members[name] = table[name].map { CanonicalJSON($0) }
        }
        self = .object(members)
    }
}
