import FoundationEssentials
import Markup

/// The bytes of a lockfile, as the reader of its tool wants them.
struct LockfileSource {
    let bytes: [UInt8]
    let companion: [UInt8]?

    func text() throws(LockfileFailure) -> String {
        let rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        guard let text = String(validating: rest, as: UTF8.self) else {
            throw .malformed("the file is not UTF-8", line: nil)
        }
        return text
    }

    /// Lines without their ends.
    func lines() throws(LockfileFailure) -> [Substring] {
        try text().split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    }

    func json<Value: Decodable>(_ type: Value.Type) throws(LockfileFailure) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(
            _, context)
        {
            throw .malformed(Self.place(context) + context.debugDescription, line: nil)
        } catch let DecodingError.keyNotFound(key, context) {
            throw .malformed(Self.place(context) + "`\(key.stringValue)` is missing", line: nil)
        } catch {
            throw .malformed("this is not JSON", line: nil)
        }
    }

    /// What is broken in a companion is left to its tool.
    func companion<Value: Decodable>(as type: Value.Type) -> Value? {
        companion.flatMap { try? JSONDecoder().decode(type, from: Data($0)) }
    }

    func toml() throws(LockfileFailure) -> [String: TOMLValue] {
        try TOMLReader.table(in: try text())
    }

    func tomlCompanion() -> [String: TOMLValue]? {
        guard let companion, let text = String(validating: companion, as: UTF8.self) else {
            return nil
        }
        return try? TOMLReader.table(in: text)
    }

    func yaml() throws(LockfileFailure) -> YAMLNode? {
        var limits = ReadingLimits()
        limits.fileBytes = Lockfile.byteLimit
        limits.nodes = 4_000_000
        do throws(ProjectFileProblem) {
            var reader = try YAMLReader(bytes: bytes, limits: limits)
            return try reader.read()
        } catch {
            throw .malformed(error.message, line: error.place.line)
        }
    }

    func xml() throws(LockfileFailure) -> XMLElement {
        let text = Array(try text().utf8)
        do throws(XMLFailure) {
            return try XMLDocument(text).root
        } catch {
            let before = text.prefix(error.offset)
            throw .malformed(error.reason, line: 1 + before.count { $0 == UInt8(ascii: "\n") })
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? "" : "`\(path)`: "
    }
}
