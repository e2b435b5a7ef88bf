// AgentProtocol: the messages between agent and controller (API contract, §4). Bytes from the
// network enter and validated values leave; values enter and stable JSON bytes leave. No sockets,
// no files, no clocks.

/// A body of the agent protocol.
///
/// Decoding yields the right types; `validate` then holds the rules that types do not. Unknown
/// fields are ignored, since a minor version may add optional ones.
package protocol WireMessage: Codable, Sendable, Equatable {
    /// Refuses values that break a rule of the contract, naming where they stand.
    func validate() throws(FieldProblem)
}

extension WireMessage {
    package func validate() throws(FieldProblem) {}
}

/// A value that breaks a rule of its message.
package struct FieldProblem: Error, Equatable {
    /// JSON pointer (RFC 6901) below the object that was checked; empty for the object itself.
    package let pointer: String
    package let message: String

    package init(_ pointer: String, _ message: String) {
        self.pointer = pointer
        self.message = message
    }

    /// The same problem seen from an enclosing object.
    package func below(_ parent: String) -> FieldProblem {
        FieldProblem(parent + pointer, message)
    }
}

/// A body that could not become a message, in the words of the error body.
package struct MessageProblem: Error, Equatable {
    package let reason: ErrorReason
    /// JSON pointer (RFC 6901) into the body; nil when the problem has no single place.
    package let pointer: String?
    package let message: String

    package init(_ reason: ErrorReason, _ message: String, pointer: String? = nil) {
        self.reason = reason
        self.pointer = pointer
        self.message = message
    }
}

/// JSON pointers, RFC 6901.
enum JSONPointer {
    static func text(_ path: [any CodingKey]) -> String {
        path.map { "/" + escaped($0.intValue.map(String.init) ?? $0.stringValue) }.joined()
    }

    /// One reference token, with `~` and `/` escaped (RFC 6901 §3).
    static func escaped(_ token: String) -> String {
        guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") })
        else { return token }
        var result = ""
        for character in token.unicodeScalars {
            switch character {
            case "~": result += "~0"
            case "/": result += "~1"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
