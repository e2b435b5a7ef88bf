import FoundationEssentials

/// Bytes that travel as base64 text (RFC 4648 §4, with padding).
package struct Base64Bytes: Hashable, Sendable, Codable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let decoded = Data(base64Encoded: try container.decode(String.self)) else {
            throw container.broken("The text is not base64.")
        }
        bytes = Array(decoded)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(bytes).base64EncodedString())
    }
}
