/// One kind of thing that a caller may do. Source: API contract, §2, Roles.
package enum Scope: String, CaseIterable, Sendable {
    case read, write, promote, delete, admin, operate
}

/// A named set of scopes, as keys and bindings are given one. Source: perfgate-api §3.3.
package enum Role: String, CaseIterable, Sendable {
    case viewer, contributor, promoter, admin

    /// An administrator operates hosts as well.
    package var scopes: Set<Scope> {
        switch self {
        case .viewer: [.read]
        case .contributor: [.read, .write]
        case .promoter: [.read, .write, .promote]
        case .admin: Set(Scope.allCases)
        }
    }

    /// For people who chose another word.
    package static var words: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
