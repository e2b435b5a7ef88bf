package import Hummingbird
package import NIOCore

/// Decodes request bodies by our rules wherever Hummingbird asks the context's decoder.
package struct StrictDecoder: RequestDecoder {
    package func decode<Value: Decodable>(
        _ type: Value.Type, from request: Request, context: some RequestContext
    ) async throws -> Value {
        guard let context = context as? any FleetContext else {
            preconditionFailure("the decoder belongs to a FleetContext")
        }
        return try await request.decodeBody(type, context: context)
    }
}

extension Request {
    /// The body as a value: 415, 413, 400 `malformed_json`, or 422 with the field's pointer.
    package func decodeBody<Value: Decodable>(
        _ type: Value.Type, context: some FleetContext
    ) async throws -> Value {
        guard hasJSONBody else {
            throw APIError(.mediaType, "The body should be application/json.")
        }
        let bytes = try await bodyBytes(upTo: context.maximumBodyBytes)
        return try context.decode(type, from: Array(bytes.readableBytesView))
    }

    /// The whole body; 413 past the limit, known early from `Content-Length`.
    ///
    /// A body that ends before its announced length is an aborted call, never a short document.
    package func bodyBytes(upTo limit: Int) async throws -> ByteBuffer {
        if let encoding = headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw APIError(
                .encoding, "Encoded bodies are not taken here.",
                details: ["encoding": .string(String(encoding.prefix(64)))])
        }
        let announced = headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw Self.tooLarge(limit) }
        var whole = ByteBuffer()
        for try await part in body {
            guard part.readableBytes <= limit - whole.readableBytes else {
                throw Self.tooLarge(limit)
            }
            whole.writeImmutableBuffer(part)
        }
        try Task.checkCancellation()
        if let announced, whole.readableBytes < announced { throw CallAborted() }
        return whole
    }

    private var hasJSONBody: Bool {
        guard let field = headers[.contentType] else { return false }
        let type = field.prefix { $0 != ";" && $0 != " " }.lowercased()
        return type == "application/json"
            || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }

    private static func tooLarge(_ limit: Int) -> APIError {
        APIError(
            .bodyTooLarge, "The body is larger than \(limit) bytes.",
            details: ["limit_bytes": .integer(limit)])
    }
}

extension FleetContext {
    /// A JSON document as a value: 400 `malformed_json`, or 422 with the field's pointer.
    package func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        do {
            let document = try JSONParser.parse(bytes)
            return try JSONReader.read(type, from: document, unknownFields: unknownFields)
        } catch let failure as JSONSyntaxFailure {
            throw APIError(failure)
        } catch let failure as JSONShapeFailure {
            throw APIError(failure)
        }
    }
}

/// The client went away in the middle of its body; nobody reads the answer.
struct CallAborted: Error {}
