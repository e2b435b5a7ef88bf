import WebSupport

/// Why somebody asks for something, in their own words (API contract, §3.3: `str(500)`).
enum GivenReason {
    /// Nil for none; 422 for one that is too long.
    static func checked(_ text: String?) throws(APIError) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard text.count <= 500, text.utf8.count <= 4000 else {
            throw APIError(
                .outOfRange, "A reason has at most 500 characters.",
                details: ["pointer": "/reason"])
        }
        return text
    }
}
