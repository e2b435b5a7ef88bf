import Hummingbird

/// One page of a list, as it travels.
package struct Page<Item: Encodable & Sendable>: Encodable, Sendable {
    package let items: [Item]
    package let nextCursor: String?
    package let total: Total?

    /// How many rows match in all; counted exactly up to a limit only.
    package enum Total: Equatable, Sendable {
        case exactly(Int)
        case atLeast(Int)
    }

    package init(items: [Item], nextCursor: String?, total: Total? = nil) {
        self.items = items
        self.nextCursor = nextCursor
        self.total = total
    }

    private enum Field: String, CodingKey {
        case items, total
        case nextCursor = "next_cursor"
        case totalAtLeast = "total_at_least"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Field.self)
        try container.encode(items, forKey: .items)
        try container.encode(nextCursor, forKey: .nextCursor)
        switch total {
        case .exactly(let count): try container.encode(count, forKey: .total)
        case .atLeast(let count): try container.encode(count, forKey: .totalAtLeast)
        case nil: break
        }
    }
}

extension Page: ResponseGenerator, ResponseEncodable {}

/// What a caller asks of a list: how many rows, and after which position.
package struct PageRequest: Sendable, Equatable {
    package static let limits = 1...200
    package let limit: Int
    package let after: ListPosition?
    package let wantsTotal: Bool

    package init(
        _ query: QueryParameters, codec: CursorCodec, binding: String
    ) throws(APIError) {
        limit = try query.integer("limit", in: Self.limits) ?? 50
        wantsTotal = try query.boolean("count") ?? false
        if let text = try query.single("cursor") {
            after = try codec.position(of: text, binding: binding)
        } else {
            after = nil
        }
    }
}
