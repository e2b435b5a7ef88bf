/// What a list gave: items, the JSON they came from, and where the list goes on.
struct ListedItems<Item: Sendable>: Sendable {
    var items: [Item] = []
    var trees: [JSONTree] = []
    var next: String?

    /// `{"schema", "items", "next_cursor"}`.
    func document(_ name: String) -> JSONTree {
        .document(
            name,
            ["items": .array(trees), "next_cursor": next.map { .string($0) } ?? .null])
    }
}

/// Reads one page of a list, or all.
struct ListReader: Sendable {
    let limit: Int
    var cursor: String?
    let all: Bool

    init(limit: Int, all: Bool) {
        self.limit = limit
        self.all = all
    }

    init(options: ListOptions) {
        self.init(limit: options.limit, all: options.all)
        cursor = options.cursor
    }

    /// Pages that `--all` reads at most, so that no server can hold a command for ever.
    static let mostPages = 1_000

    func read<Item: Decodable & Sendable>(
        _ client: APIClient, _ path: String, _ filters: [QueryField] = [],
        as type: Item.Type = Item.self
    ) async throws -> ListedItems<Item> {
        var found = ListedItems<Item>(next: cursor)
        for _ in 0..<Self.mostPages {
            var query = filters + [QueryField("limit", "\(all ? 200 : limit)")]
            if let cursor = found.next { query.append(QueryField("cursor", cursor)) }
            let page = try await client.get(path, query, as: ReplyPage<Item>.self)
            found.items += page.value.items
            found.trees += page.tree["items"]?.items ?? page.tree.items
            found.next = page.value.nextCursor
            if !all || found.next == nil { break }
        }
        return found
    }

    /// The projects' list goes on after a name.
    func projects(_ client: APIClient) async throws -> ListedItems<Project> {
        var found = ListedItems<Project>()
        for _ in 0..<Self.mostPages {
            var query = [QueryField("limit", "\(all ? 200 : limit)")]
            if let after = found.items.last?.name ?? cursor {
                query.append(QueryField("after", after))
            }
            let page = try await client.get("/projects", query, as: ReplyPage<Project>.self)
            found.items += page.value.items
            found.trees += page.tree["items"]?.items ?? []
            if !all || page.value.items.isEmpty { break }
        }
        return found
    }
}
