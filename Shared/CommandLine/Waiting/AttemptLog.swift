/// The log of one attempt, read on from where it was left.
struct AttemptLog: Sendable {
    let client: APIClient
    let session: Session
    let attempt: String

    private static let chunkBytes: Int64 = 256 << 10
    private static let largestTailBytes: Int64 = 1 << 20

    private struct Chunk {
        let text: String
        /// Where the next one begins.
        let next: Int64
        /// Nothing will follow `next`.
        let isLast: Bool
    }

    /// All there is now, or its last lines.
    func print(tail lines: Int?) async throws {
        if let lines {
            let query = [
                QueryField("tail", "\(Self.largestTailBytes)"),
                QueryField("limit_bytes", "\(Self.largestTailBytes)"),
            ]
            let text = try await chunk(query, from: 0, waiting: 0)?.text ?? ""
            let ended = text.hasSuffix("\n") ? String(text.dropLast()) : text
            let all = ended.split(separator: "\n", omittingEmptySubsequences: false)
            guard !ended.isEmpty else { return }
            try write(all.suffix(lines).joined(separator: "\n") + "\n")
            return
        }
        var offset: Int64 = 0
        while let chunk = try await chunk(from: offset, waiting: 0), chunk.next > offset {
            try write(chunk.text)
            offset = chunk.next
        }
    }

    /// Until the attempt has ended and its log is whole, or as whole as it gets.
    func follow() async throws {
        var offset: Int64 = 0
        while true {
            let isOver =
                try await client.get("/attempts/\(attempt)", as: Attempt.self)
                .value.endedUs != nil
            guard let chunk = try await chunk(from: offset, waiting: isOver ? 0 : 20) else {
                if isOver { return }
                continue
            }
            try write(chunk.text)
            let isStuck = chunk.next == offset && isOver
            offset = chunk.next
            if chunk.isLast || isStuck { return }
        }
    }

    private func chunk(from offset: Int64, waiting seconds: Int64) async throws -> Chunk? {
        let query = [
            QueryField("offset", "\(offset)"), QueryField("limit_bytes", "\(Self.chunkBytes)"),
            QueryField("wait_s", "\(seconds)"),
        ]
        return try await chunk(query, from: offset, waiting: seconds)
    }

    /// - Returns: nothing when there is nothing new.
    private func chunk(
        _ query: [QueryField], from offset: Int64, waiting seconds: Int64
    ) async throws -> Chunk? {
        let reply = try await client.stream(
            "/attempts/\(attempt)/log", query, waiting: .seconds(seconds))
        guard !reply.isEmpty else { return nil }
        let text = String(decoding: try await reply.bytes(limitBytes: 8 << 20), as: UTF8.self)
        guard let length = reply.header("Fleetmark-Log-Length").flatMap({ Int64($0) }) else {
            throw CommandFailure(
                .notReachable, "bad_reply", "the log's length is missing from the reply")
        }
        // Bytes that are no UTF-8 arrive as a longer sign, so the text's own length says nothing.
        let next = max(offset, min(length, offset.addingReportingOverflow(Self.chunkBytes).0))
        let isComplete = reply.header("Fleetmark-Log-Complete") == "true"
        return Chunk(text: text, next: next, isLast: isComplete && next >= length)
    }

    private func write(_ text: String) throws {
        guard !text.isEmpty else { return }
        let isTerminal = session.surroundings.terminal.width != nil
        try session.answer(isTerminal ? TerminalText.harmless(text) : text)
    }
}

/// A benchmark's output for a terminal: colours stay, all else that would steer it becomes `�`.
enum TerminalText {
    static func harmless(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.first {
            if scalar == "\u{1B}", let end = endOfColor(rest) {
                result.append(contentsOf: rest[..<end])
                rest = rest[end...]
                continue
            }
            rest = rest.dropFirst()
            let isControl = scalar.properties.generalCategory == .control
            let isKept = !isControl || scalar == "\n" || scalar == "\t"
            if scalar == "\r" {
                if rest.first != "\n" { result.append("\n") }
            } else {
                result.append(isKept ? scalar : "\u{FFFD}")
            }
        }
        return String(result)
    }

    /// Past `ESC [ digits ; … m`.
    private static func endOfColor(
        _ text: Substring.UnicodeScalarView
    ) -> Substring.UnicodeScalarView.Index? {
        let body = text.dropFirst()
        guard body.first == "[" else { return nil }
        let digits = body.dropFirst().prefix { ("0"..."9").contains($0) || $0 == ";" }
        guard digits.count <= 24, digits.endIndex < text.endIndex, text[digits.endIndex] == "m"
        else { return nil }
        return text.index(after: digits.endIndex)
    }
}
