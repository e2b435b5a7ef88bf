/// What must hold of any map: houses are kept apart, arrows lead to rooms, and none leads back.
enum MapRules {
    static func violations(of map: CodeMap) -> [String] {
        map.rooms.flatMap { room in
            map.arrows(of: room).sorted().compactMap { fault(of: $0, from: room, in: map) }
        } + cycles(in: map)
    }

    private static func fault(of name: String, from room: Room, in map: CodeMap) -> String? {
        guard let target = map.room(name) else {
            return "\(room.name) → \(name): no such room"
        }
        return target.house == room.house || target.house == .shared
            ? nil : "\(room.name) → \(name): \(room.house.rawValue) may not visit that house"
    }

    /// Rooms that remain when those whose arrows all lead to removed rooms are removed in turn.
    private static func cycles(in map: CodeMap) -> [String] {
        var left = map.rooms
        while true {
            let names = Set(left.map(\.name))
            let next = left.filter { !map.arrows(of: $0).isDisjoint(with: names) }
            if next.count == left.count { break }
            left = next
        }
        return left.map { "\($0.name) lies on a cycle, or leads to one" }
    }
}
