/// Why a command could not do its work: what happened, why, and what to do about it.
struct CommandFailure: Error, Equatable {
    let status: CommandStatus
    /// A word for programs: a reason of the API, or one of ours.
    var code: String
    var message: String
    var cause: String?
    var advice: String?
    var requestID: String?

    init(
        _ status: CommandStatus, _ code: String, _ message: String, why cause: String? = nil,
        try advice: String? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.cause = cause
        self.advice = advice
    }

    static func usage(_ message: String, try advice: String? = nil) -> CommandFailure {
        CommandFailure(.usage, "usage", message, try: advice)
    }
}

extension CommandFailure {
    /// For people; each line but the first is indented, none holds control characters.
    var text: String {
        var lines = ["error: " + PlainLine.text(message)]
        if let cause { lines.append("  why: " + PlainLine.text(cause)) }
        if let advice { lines.append("  try: " + PlainLine.text(advice)) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `fleetmark.error.v1`, one line.
    var json: String {
        func text(_ value: String?) -> JSONTree { value.map { .string($0) } ?? .null }
        return JSONTree.document(
            "error",
            [
                "code": .string(code), "message": .string(message), "cause": text(cause),
                "advice": text(advice), "request_id": text(requestID),
            ]
        ).text + "\n"
    }
}
