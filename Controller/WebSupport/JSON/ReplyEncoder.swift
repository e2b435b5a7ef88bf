import FoundationEssentials
package import Hummingbird
import NIOCore

/// Writes replies as JSON with sorted keys and plain slashes, so that equal replies have equal
/// bytes.
package struct ReplyEncoder: ResponseEncoder {
    package func encode(
        _ value: some Encodable, from request: Request, context: some RequestContext
    ) throws -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(bytes: try Self.bytes(of: value))))
    }

    package static func bytes(of value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}
