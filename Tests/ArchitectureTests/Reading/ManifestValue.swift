/// A piece of a Swift expression, as far as a manifest uses them.
indirect enum ManifestValue: Hashable {
    case text(String)
    /// A name, or a number; the dot before an implicit member is dropped.
    case name(String)
    case list([ManifestValue])
    case call(String, [ManifestArgument])

    /// The value of the argument with that label, if this is a call.
    func argument(_ label: String) -> ManifestValue? {
        guard case .call(_, let arguments) = self else { return nil }
        return arguments.first { $0.label == label }?.value
    }

    /// The values without a label, in order.
    var unlabelled: [ManifestValue] {
        guard case .call(_, let arguments) = self else { return [] }
        return arguments.filter { $0.label == nil }.map(\.value)
    }

    var textValue: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    var listValue: [ManifestValue]? {
        guard case .list(let values) = self else { return nil }
        return values
    }
}

struct ManifestArgument: Hashable {
    let label: String?
    let value: ManifestValue
}

/// What the reader did not understand, with the tokens that follow.
struct ManifestProblem: Error, CustomStringConvertible {
    let description: String
}
