/// The schema's steps: files in a row, one list in the same order, each embedded.
enum MigrationRules {
    /// Holds the names of the files against `list`, the text of the Swift table of steps, and
    /// `embedded`, what the manifest embeds, such as `Migrations/m0001_spine.sql`.
    static func violations(
        files: [String], list: String, embedded: Set<String>
    ) -> [String] {
        let files = files.sorted()
        var found: [String] = []
        for (index, file) in files.enumerated() {
            guard let number = number(of: file) else {
                found.append("\(file) is not named m0001_words.sql")
                continue
            }
            if number != index + 1 { found.append("\(file): number \(index + 1) is expected") }
        }
        let stems = files.map { String($0.prefix { $0 != "." }) }
        if stems != steps(in: list) {
            found.append("the list has \(steps(in: list)), the folder \(stems)")
        }
        let expected = Set(files.map { "Migrations/\($0)" })
        if embedded != expected {
            found.append("the manifest embeds \(embedded.sorted()), not \(expected.sorted())")
        }
        return found
    }

    /// The number in `m0007_incident_members.sql`, or nil for another form.
    static func number(of file: String) -> Int? {
        guard file.first == "m", file.hasSuffix(".sql") else { return nil }
        let digits = file.dropFirst().prefix(4)
        let words = file.dropFirst(5).dropLast(4)
        let isPlain = words.utf8.allSatisfy { Byte.isWord($0) && !(0x41...0x5A).contains($0) }
        guard digits.count == 4, digits.allSatisfy({ "0"..."9" ~= $0 }), words.first == "_",
            words.count > 1, isPlain
        else { return nil }
        return Int(digits)
    }

    /// Names given as `name: "…"`, in order.
    static func steps(in list: String) -> [String] {
        var steps: [String] = []
        var rest = list[...]
        let mark = "name: \""
        while let start = rest.firstRange(of: mark) {
            rest = rest[start.upperBound...]
            steps.append(String(rest.prefix { $0 != "\"" }))
        }
        return steps
    }
}
