package import Hummingbird

/// The caller's name for one POST, so that a repeated one is done once.
package struct IdempotencyKey: Hashable, Sendable {
    package let text: String

    /// 1 to 128 printable ASCII characters.
    package init?(_ text: String) {
        guard (1...128).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        self.text = text
    }
}

extension Request {
    /// The call's key, nil when it has none; 400 `bad_header` when it is malformed or repeated.
    package func idempotencyKey() throws(APIError) -> IdempotencyKey? {
        let values = headers[values: HeaderName.idempotencyKey]
        guard let text = values.first else { return nil }
        guard values.count == 1, let key = IdempotencyKey(text) else {
            throw APIError(
                .badHeader, "Idempotency-Key should be 1 to 128 printable characters.",
                details: ["header": "Idempotency-Key"])
        }
        return key
    }
}
