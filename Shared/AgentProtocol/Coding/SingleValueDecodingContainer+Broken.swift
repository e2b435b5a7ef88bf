extension SingleValueDecodingContainer {
    func broken(_ message: String) -> DecodingError {
        DecodingError.dataCorruptedError(in: self, debugDescription: message)
    }
}
