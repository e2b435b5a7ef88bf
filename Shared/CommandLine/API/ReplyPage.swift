/// One page of a list; a bare array is a list of one page.
struct ReplyPage<Item: Decodable & Sendable>: Decodable, Sendable {
    let items: [Item]
    let nextCursor: String?

    private enum Key: String, CodingKey {
        case items
        case nextCursor
    }

    init(from decoder: any Decoder) throws {
        if let bare = try? decoder.singleValueContainer().decode([Item].self) {
            items = bare
            nextCursor = nil
            return
        }
        let box = try decoder.container(keyedBy: Key.self)
        items = try box.decode([Item].self, forKey: .items)
        nextCursor = try box.decodeIfPresent(String.self, forKey: .nextCursor)
    }
}

/// A decoded reply, and the JSON that it came from.
struct Reply<Value: Sendable>: Sendable {
    let value: Value
    let tree: JSONTree
}
