package import Hummingbird
import NIOCore

/// The parts of a `multipart/form-data` body, which are read when all of it is there.
///
/// Strict where senders agree: every part has a name, and none stands there twice; nothing comes
/// before the first part or after the last one. Source: RFC 7578, RFC 2046 §5.1.
package struct MultipartForm: Sendable {
    private(set) var parts: [String: [UInt8]] = [:]

    struct Malformed: Error, Equatable { let reason: String }

    /// Forms of ours have two parts; heads are a name, a file's name and a type.
    private static let partLimit = 16
    private static let headBytes = 4 << 10
    private static let headFields = 8
    private static let encodings: Set = ["7bit", "8bit", "binary"]

    init(_ bytes: [UInt8], boundary: String) throws(Malformed) {
        let delimiter = Array("--\(boundary)".utf8)
        guard bytes.starts(with: delimiter) else {
            throw Malformed(reason: "it does not begin with its boundary")
        }
        var place = delimiter.count
        while !Self.isLast(bytes, at: place) {
            guard Self.isLineEnd(bytes, at: place), parts.count < Self.partLimit else {
                throw Malformed(reason: "a boundary does not end its line, or there are too many")
            }
            place = try add(bytes, from: place + 2, before: [13, 10] + delimiter)
        }
        let rest = bytes[(place + 2)...]
        guard rest.isEmpty || rest.elementsEqual([13, 10]) else {
            throw Malformed(reason: "there is something behind the last boundary")
        }
    }

    /// The bytes of a part; 422 where it is missing.
    package func part(_ name: String) throws(APIError) -> [UInt8] {
        guard let bytes = parts[name] else {
            throw APIError(
                .missingField, "The part \(name) is missing.",
                details: ["pointer": .string("/\(name)")])
        }
        return bytes
    }

    /// 422 for a part of another name.
    package func refuseOthers(than known: Set<String>) throws(APIError) {
        guard let name = parts.keys.sorted().first(where: { !known.contains($0) }) else { return }
        throw APIError(
            .unknownField, "There is no part \(name.prefix(64)) in this form.",
            details: ["pointer": .string("/\(name.prefix(64))")])
    }

    /// - Returns: where the boundary behind it ends.
    private mutating func add(
        _ bytes: [UInt8], from start: Int, before delimiter: [UInt8]
    ) throws(Malformed) -> Int {
        let longest = bytes[start..<min(bytes.count, start + Self.headBytes)]
        guard let gap = Self.place(of: [13, 10, 13, 10], in: longest) else {
            throw Malformed(reason: "the head of a part does not end")
        }
        let name = try Self.name(String(decoding: bytes[start..<gap], as: UTF8.self))
        // The line that ends the head may begin the boundary, when the part is empty.
        guard let end = Self.place(of: delimiter, in: bytes[(gap + 2)...]) else {
            throw Malformed(reason: "the last boundary is missing")
        }
        guard parts[name] == nil else { throw Malformed(reason: "two parts have one name") }
        parts[name] = end < gap + 4 ? [] : Array(bytes[(gap + 4)..<end])
        return end + delimiter.count
    }

    private static func name(_ head: String) throws(Malformed) -> String {
        var name: String?
        // A line's end is one character.
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        guard lines.count <= headFields else { throw Malformed(reason: "a head is too long") }
        for line in lines {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { throw Malformed(reason: "a head has a broken line") }
            let value = HeaderParameters(String(halves[1]))
            switch halves[0].lowercased() {
            case "content-disposition":
                guard value?.value == "form-data", name == nil else {
                    throw Malformed(reason: "a part is no form-data")
                }
                name = value?.parameters["name"]
            case "content-transfer-encoding":
                guard encodings.contains(value?.value ?? "") else {
                    throw Malformed(reason: "a part is encoded")
                }
            default: break
            }
        }
        guard let name, !name.isEmpty else { throw Malformed(reason: "a part has no name") }
        return name
    }

    private static func isLast(_ bytes: [UInt8], at place: Int) -> Bool {
        bytes[place...].starts(with: [45, 45])
    }

    private static func isLineEnd(_ bytes: [UInt8], at place: Int) -> Bool {
        bytes[place...].starts(with: [13, 10])
    }

    private static func place(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var rest = bytes
        while let next = rest.firstIndex(of: pattern[0]) {
            rest = rest[next...]
            if rest.starts(with: pattern) { return next }
            rest = rest.dropFirst()
        }
        return nil
    }
}

extension Request {
    /// Whether the body says that it is a form of parts.
    package var hasForm: Bool {
        headers[.contentType].flatMap(HeaderParameters.init)?.value == "multipart/form-data"
    }

    /// The whole body as a form: 400 for one that is not written as its type says, 413, 415.
    package func decodeForm(in context: some FleetContext) async throws -> MultipartForm {
        let type = headers[.contentType].flatMap(HeaderParameters.init)
        guard let boundary = type?.parameters["boundary"], (1...70).contains(boundary.utf8.count)
        else { throw APIError(.badHeader, "The form's type names no boundary of 1 to 70 bytes.") }
        let bytes = try await bodyBytes(upTo: context.maximumBodyBytes)
        do throws(MultipartForm.Malformed) {
            return try MultipartForm(Array(bytes.readableBytesView), boundary: boundary)
        } catch {
            throw APIError(.invalidValue, "The body is no form of parts: \(error.reason).")
        }
    }
}
