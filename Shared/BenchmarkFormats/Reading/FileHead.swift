/// The beginning of a file, which detection looks at, and what follows it.
struct FileHead {
    /// Detection looks at no more of a file of lines.
    static let limitBytes = 4 << 20

    private let source: ByteSource
    private(set) var bytes: [UInt8]
    /// Whether `bytes` is all of the file.
    private(set) var isWhole = false

    init(_ source: ByteSource) {
        self.source = source
        bytes = source.next()
        isWhole = bytes.isEmpty
    }

    /// Reads as much as detection looks at.
    mutating func readForDetection() {
        while bytes.count < Self.limitBytes, !isWhole { takePiece() }
    }

    /// Reads the rest of a whole document.
    mutating func readAll(_ limits: ParseLimits) throws(ParseRefusal) {
        while !isWhole, bytes.count <= limits.inputBytes { takePiece() }
        guard bytes.count <= limits.inputBytes else {
            throw ParseRefusal(
                .limitExceeded,
                "a whole document of more than \(limits.inputBytes) bytes is not read")
        }
    }

    /// Whether all of the file is white space.
    mutating func isBlank() -> Bool {
        while DecodedText.firstInk(of: bytes, from: DecodedText.start(of: bytes)) == nil {
            guard !isWhole, bytes.count < Self.limitBytes else { return isWhole }
            takePiece()
        }
        return false
    }

    /// Takes off what wraps the text: gzip, and UTF-16. Such a file is read whole.
    mutating func unwrap(_ limits: ParseLimits) throws(ParseRefusal) {
        if bytes.starts(with: [0x1F, 0x8B]) {
            try readAll(limits)
            bytes = try Gunzip.inflate(bytes, limit: limits.inputBytes)
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            try readAll(limits)
            bytes = try DecodedText(bytes).bytes
        }
    }

    /// All lines from the first one on. The head gives its bytes away.
    mutating func lines(longest: Int) -> LineStream {
        defer { bytes = [] }
        return LineStream(bytes, then: isWhole ? nil : source, longest: longest)
    }

    private mutating func takePiece() {
        let piece = source.next()
        isWhole = piece.isEmpty
        // Appending nothing could still copy what the caller holds too.
        if !piece.isEmpty { bytes += piece }
    }
}
