/// One event of a live stream. Source: api.md §1, SSE.
package struct ServerSentEvent: Sendable, Equatable {
    /// The position in the event log, for `Last-Event-ID`.
    package let id: String?
    package let name: String
    /// One line of JSON.
    package let data: String

    package init(id: String?, name: String, data: String) {
        self.id = id
        self.name = name
        self.data = data
    }

    /// Sent last: the stream is over, the client may open it again.
    package static let bye = ServerSentEvent(id: nil, name: "bye", data: "{}")

    /// A comment that keeps the connection and finds out whether the client is still there.
    static let heartbeat = ": ping\n\n"

    var text: String {
        var text = ""
        if let id { text += "id: \(Self.oneLine(id))\n" }
        text += "event: \(Self.oneLine(name))\n"
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            text += "data: \(line)\n"
        }
        return text + "\n"
    }

    private static func oneLine(_ text: String) -> String {
        String(text.filter { !$0.isNewline })
    }
}
