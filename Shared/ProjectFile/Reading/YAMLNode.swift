/// A value of the YAML tree with the place where it is written. Aliases are resolved; they share
/// storage with what they stand for.
struct YAMLNode: Sendable {
    indirect enum Content: Sendable {
        /// The written text; `isPlain` when it had no quotes.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    struct Entry: Sendable {
        let key: String
        let keyPlace: TextPlace
        let value: YAMLNode
    }

    let content: Content
    let place: TextPlace
    /// Nodes in this tree, keys counted, aliases counted as what they stand for.
    let weight: Int
    /// Levels of collections: 0 for a scalar.
    let height: Int

    /// The same content, said to be written elsewhere.
    func at(_ place: TextPlace) -> YAMLNode {
        YAMLNode(content: content, place: place, weight: weight, height: height)
    }

    /// How to call this kind of value in a message.
    var kindText: String {
        switch content {
        case .scalar(let text, let isPlain): text.isEmpty && isPlain ? "nothing" : "one value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// Bytes of the text; 0 for a collection.
    var textBytes: Int {
        if case .scalar(let text, _) = content { text.utf8.count } else { 0 }
    }
}
