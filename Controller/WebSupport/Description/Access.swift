package import Identity

/// Who may make a call.
package enum Access: Sendable, Equatable {
    /// Monitors: nobody looks at credentials.
    case unasked
    /// Anyone; bad credentials are refused all the same.
    case open
    /// Anyone for what is public; else, who may read the project.
    case visible
    /// Whoever shows credentials.
    case key
    /// Whoever may do this, on the project of the call or anywhere.
    case scope(Scope)

    /// Without credentials it is 401, before anything else is looked at.
    var needsKey: Bool {
        switch self {
        case .unasked, .open, .visible: false
        case .key, .scope: true
        }
    }

    /// A sentence for people.
    var text: String {
        switch self {
        case .unasked, .open: "For everyone, without credentials."
        case .visible: "For everyone who may read the project; anonymous callers see public ones."
        case .key: "For everyone with a key, a token or a session."
        case .scope(let scope): "Needs the permission `\(scope.rawValue)`."
        }
    }
}
