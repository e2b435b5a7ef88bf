/// What a waiting command says about how far things are.
struct ProgressStatus: Sendable, Equatable {
    var phase: String
    /// What changes too often for a line of its own.
    var detail: String?
    var done: Int64?
    var total: Int64?
    var elapsed: Duration
    /// From now, in microseconds: likely end, and the range it lies in.
    var remaining: (likely: Int64, low: Int64, high: Int64)?

    static func == (lhs: Self, rhs: Self) -> Bool { lhs.text(.plain) == rhs.text(.plain) }

    func text(_ style: Style) -> String {
        var parts = [detail.map { "\(phase) \($0)" } ?? phase]
        if let done, let total, total > 0 { parts.append("\(done)/\(total)") }
        parts.append("elapsed \(Readable.span(elapsed))")
        if let remaining {
            func span(_ value: Int64) -> String {
                Readable.span(.microseconds(max(0, value)))
            }
            let dash = style.hasUnicode ? "–" : "-"
            parts.append(
                "ETA \(span(remaining.likely)) (\(span(remaining.low))\(dash)"
                    + "\(span(remaining.high)))")
        }
        return parts.joined(separator: "  ")
    }
}

/// Shows progress on standard error: one line drawn again on a terminal, else a line per phase.
struct ProgressLine {
    private let notices: any TextSink
    private let style: Style
    private let isTerminal: Bool
    private let isSilent: Bool
    private var lastPhase: String?
    private var lastDrawn: Duration?
    private var isDrawn = false

    static let silence = Duration.milliseconds(300)
    static let shortestStep = Duration.milliseconds(100)

    init(_ session: Session) {
        notices = session.surroundings.notices
        style = session.style
        isTerminal = session.surroundings.terminal.noticesAreTerminal
        isSilent = session.settings.isQuiet
    }

    mutating func show(_ status: ProgressStatus) {
        guard !isSilent, status.elapsed >= Self.silence else { return }
        let text = PlainLine.text(status.text(style))
        guard isTerminal else {
            guard status.phase != lastPhase else { return }
            lastPhase = status.phase
            try? notices.write(text + "\n")
            return
        }
        if let last = lastDrawn, status.elapsed - last < Self.shortestStep { return }
        lastDrawn = status.elapsed
        isDrawn = true
        try? notices.write("\r\u{1B}[K" + text)
    }

    /// Clears the line, so that the answer stands alone.
    mutating func end() {
        guard isDrawn else { return }
        isDrawn = false
        try? notices.write("\r\u{1B}[K")
    }
}
