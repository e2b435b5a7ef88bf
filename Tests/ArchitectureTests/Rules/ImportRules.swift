/// One `import` line.
struct ImportLine: Hashable {
    let module: String
    let line: Int
}

/// Reads the imports of a file and holds them against the map and the doors.
enum ImportRules {
    private static let kinds: Set<String> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]

    static func imports(of source: SourceText) -> [ImportLine] {
        var found: [ImportLine] = []
        let words = source.words
        for (index, word) in words.enumerated() where word.text == "import" {
            var next = index + 1
            if next < words.count, kinds.contains(words[next].text) { next += 1 }
            guard next < words.count else { continue }
            found.append(
                ImportLine(module: words[next].text, line: source.line(at: word.offset)))
        }
        return found
    }

    static func violations(
        in source: SourceText, of room: Room, map: CodeMap, doors: [Door]
    ) -> [Violation] {
        imports(of: source).compactMap { line in
            guard let reason = refusal(of: line.module, in: room, map: map, doors: doors)
            else { return nil }
            return Violation(source.path, line: line.line, reason)
        }
    }

    /// Why the room may not use the module, or nil where it may.
    static func refusal(
        of module: String, in room: Room, map: CodeMap, doors: [Door]
    ) -> String? {
        if map.room(module) != nil {
            return map.arrows(of: room).contains(module)
                ? nil : "\(room.name) may not import \(module): the map draws no such arrow"
        }
        guard let door = doors.first(where: { $0.modules.contains(module) }) else {
            return "\(room.name) imports \(module), which is on no list of rooms or doors"
        }
        return door.opens(for: room)
            ? nil : "\(room.name) may not import \(module): its door is elsewhere"
    }

    /// The room whose folder holds the path.
    static func room(of path: String, in map: CodeMap) -> Room? {
        map.rooms.first { path.hasPrefix($0.folder + "/") }
    }
}
