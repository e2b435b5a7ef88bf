/// Waiting work, urgent before ordinary, each in the order of its coming.
package struct WorkQueue<Item> {
    private var urgent = Lane()
    private var ordinary = Lane()

    package init() {}

    package var count: Int { urgent.count + ordinary.count }
    package var isEmpty: Bool { count == 0 }

    package mutating func append(_ item: Item, _ priority: WritePriority) {
        switch priority {
        case .urgent: urgent.items.append(item)
        case .ordinary: ordinary.items.append(item)
        }
    }

    /// Puts back items that were taken, ahead of all of their priority and in the given order.
    package mutating func putBack(_ items: [Item], _ priority: WritePriority) {
        switch priority {
        case .urgent: urgent.putBack(items)
        case .ordinary: ordinary.putBack(items)
        }
    }

    package mutating func next() -> Item? { urgent.next() ?? ordinary.next() }

    /// Takes out the first item that fits.
    package mutating func remove(where fits: (Item) -> Bool) -> Item? {
        urgent.remove(where: fits) ?? ordinary.remove(where: fits)
    }

    package mutating func removeAll() -> [Item] {
        var all: [Item] = []
        while let item = next() { all.append(item) }
        return all
    }

    /// A first-in first-out list that shifts its items only now and then.
    private struct Lane {
        var items: [Item] = []
        private var head = 0

        var count: Int { items.count - head }

        mutating func next() -> Item? {
            guard head < items.count else { return nil }
            let item = items[head]
            head += 1
            if head == items.count || head >= 256 {
                items.removeFirst(head)
                head = 0
            }
            return item
        }

        mutating func putBack(_ items: [Item]) {
            self.items.replaceSubrange(..<head, with: items)
            head = 0
        }

        mutating func remove(where fits: (Item) -> Bool) -> Item? {
            guard let index = items[head...].firstIndex(where: fits) else { return nil }
            return items.remove(at: index)
        }
    }
}
