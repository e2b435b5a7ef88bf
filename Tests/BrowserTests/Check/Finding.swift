/// What is wrong with a page.
struct Finding: Hashable, Sendable, CustomStringConvertible {
    enum Kind: String, Sendable {
        case status, console, request, policy, overflow, link, unnamed, doubled
    }

    let kind: Kind
    let text: String

    init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    var description: String { "\(kind.rawValue): \(text)" }
}
