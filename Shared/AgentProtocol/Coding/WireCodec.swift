import FoundationEssentials

/// Turns messages into bytes and back.
///
/// Encoding sorts keys and escapes no more than it must, so that equal messages have equal bytes
/// and a digest over them is stable.
package enum WireCodec {
    /// Largest body that is no batch, log chunk or artifact part (API contract, §4.2).
    package static let plainBodyBytes = 256 * 1024

    /// Decodes and validates one message.
    ///
    /// Refused: more than `maxBytes`, malformed JSON, duplicate keys, nesting past 64, wrong or
    /// missing fields, values that break a rule. Unknown fields are ignored.
    package static func decode<Message: WireMessage>(
        _ type: Message.Type = Message.self, from bytes: some Collection<UInt8>,
        maxBytes: Int = plainBodyBytes
    ) throws(MessageProblem) -> Message {
        let message = try shape(type, from: bytes, maxBytes: maxBytes)
        do throws(FieldProblem) {
            try message.validate()
        } catch {
            throw MessageProblem(.outOfRange, error.message, pointer: error.pointer)
        }
        return message
    }

    /// Decodes without `validate`, for messages that check their parts one by one.
    static func shape<Message: Decodable>(
        _ type: Message.Type, from bytes: some Collection<UInt8>, maxBytes: Int
    ) throws(MessageProblem) -> Message {
        guard bytes.count <= maxBytes else {
            throw MessageProblem(.bodyTooLarge, "The body is longer than \(maxBytes) bytes.")
        }
        let body = Array(bytes)
        try JSONScreen.check(body)
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch let error as DecodingError {
            throw MessageProblem(error)
        } catch {
            throw MessageProblem(.malformedJSON, "The body is not readable JSON.")
        }
    }

    /// The stable bytes of a message.
    ///
    /// - Throws: `EncodingError` for NaN and infinities, which never travel.
    package static func encode(_ message: some Encodable) throws(EncodingError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(message))
        } catch let error as EncodingError {
            throw error
        } catch {
            let context = EncodingError.Context(codingPath: [], debugDescription: "\(error)")
            throw EncodingError.invalidValue(message, context)
        }
    }
}

extension MessageProblem {
    /// The contract's reason for what the decoder found, with the place where it found it.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            let pointer = JSONPointer.text(context.codingPath + [key])
            self.init(.missingField, "The field \(key.stringValue) is missing.", pointer: pointer)
        case .typeMismatch(_, let context):
            let pointer = JSONPointer.text(context.codingPath)
            self.init(.wrongType, "The value has another type.", pointer: pointer)
        case .valueNotFound(_, let context):
            let pointer = JSONPointer.text(context.codingPath)
            self.init(.wrongType, "The value is null.", pointer: pointer)
        case .dataCorrupted(let context):
            let pointer = JSONPointer.text(context.codingPath)
            self.init(.outOfRange, context.debugDescription, pointer: pointer)
        @unknown default:
            self.init(.wrongType, "The body has another shape.")
        }
    }
}
