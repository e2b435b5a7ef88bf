/// Judges whether a sender keeps pace: pure, fed by the channel handler.
struct RequestPace {
    /// When the first head is awaited from.
    enum Start: Sendable { case connection, firstByte }

    enum Verdict: Equatable {
        case fine
        /// 408, or a plain close when an answer has begun.
        case tooSlow
        /// The answer is written and the body still comes: close.
        case tooMuch
    }

    private enum Phase: Equatable { case awaitingFirstHead, body, betweenCalls }

    private let minimumPerInterval: Int
    private let bytesAfterAnswer: Int
    private var phase: Phase
    private var received = 0
    private var receivedAfterAnswer = 0
    private(set) var hasAnswerBegun = false
    private var hasAnswerEnded = false
    /// Whether the application wants more; a reader that is behind is not the sender's fault.
    private var isReadWanted = false
    private var wasReadWanted = false

    init(limits: ConnectionLimits, start: Start) {
        let seconds = max(1, Int(clamping: limits.paceInterval.components.seconds))
        minimumPerInterval = limits.bodyBytesPerSecond * seconds
        bytesAfterAnswer = limits.bytesAfterAnswer
        phase = start == .connection ? .awaitingFirstHead : .betweenCalls
    }

    var awaitsFirstHead: Bool { phase == .awaitingFirstHead }

    mutating func head() {
        phase = .body
        received = 0
        receivedAfterAnswer = 0
        hasAnswerBegun = false
        hasAnswerEnded = false
        wasReadWanted = false
    }

    mutating func body(bytes: Int) -> Verdict {
        received = received.addingReportingOverflow(bytes).partialValue
        guard hasAnswerEnded else { return .fine }
        receivedAfterAnswer = receivedAfterAnswer.addingReportingOverflow(bytes).partialValue
        return receivedAfterAnswer > bytesAfterAnswer ? .tooMuch : .fine
    }

    mutating func end() { phase = .betweenCalls }

    mutating func answerBegins() { hasAnswerBegun = true }
    mutating func answerEnds() { hasAnswerEnded = true }
    mutating func readWanted() { isReadWanted = true }
    mutating func readDone() { isReadWanted = false }

    /// At each interval; two looks in a row must find the application waiting for bytes.
    mutating func tick() -> Verdict {
        defer {
            received = 0
            wasReadWanted = isReadWanted
        }
        guard phase == .body, isReadWanted, wasReadWanted else { return .fine }
        if hasAnswerEnded { return .tooMuch }
        return received < minimumPerInterval ? .tooSlow : .fine
    }
}
