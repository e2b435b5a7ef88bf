/// Cuts standard input into requests; LF and CR LF end a line, and empty ones are none.
struct StatsLines {
    enum Line: Equatable {
        case request([UInt8])
        /// Longer than the limit; its bytes were let go.
        case tooLong
    }

    private let limitBytes: Int
    private var pending: [UInt8] = []
    private var isTooLong = false

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    /// The lines that end within `bytes`.
    mutating func take(_ bytes: [UInt8]) -> [Line] {
        var lines: [Line] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            add(rest[..<end])
            if let line = finish() { lines.append(line) }
            rest = rest[(end + 1)...]
        }
        add(rest)
        return lines
    }

    /// What follows the last line's end.
    mutating func finish() -> Line? {
        defer {
            pending = []
            isTooLong = false
        }
        if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
        if isTooLong || pending.count > limitBytes { return .tooLong }
        return pending.isEmpty ? nil : .request(pending)
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>) {
        guard !isTooLong else { return }
        // A line's own CR may stand behind the limit.
        if pending.count + bytes.count > limitBytes + 1 {
            isTooLong = true
            pending = []
        } else {
            pending += bytes
        }
    }
}
