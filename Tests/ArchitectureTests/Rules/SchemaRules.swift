/// The tables of the migrations and those that the schema's page describes are the same.
enum SchemaRules {
    typealias Tables = [String: Set<String>]

    private static let constraints: Set<String> = [
        "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "CONSTRAINT",
    ]

    static func violations(schema: Tables, page: Tables) -> [String] {
        var found: [String] = []
        for (table, columns) in schema.sorted(by: { $0.key < $1.key }) {
            guard let described = page[table] else {
                found.append("\(table) is not described")
                continue
            }
            for column in columns.subtracting(described).sorted() {
                found.append("\(table).\(column) is not described")
            }
            for column in described.subtracting(columns).sorted() {
                found.append("\(table).\(column) is described, but not there")
            }
        }
        for table in page.keys.sorted() where schema[table] == nil {
            found.append("\(table) is described, but not there")
        }
        return found
    }

    /// Columns by table after a step: of `CREATE TABLE name (` … `);` with one column a line, and
    /// of `ALTER TABLE name ADD COLUMN …` or `DROP COLUMN …` in one line.
    static func tables(inSQL text: String, after earlier: Tables = [:]) -> Tables {
        var tables = earlier
        var current: String?
        for line in text.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "(" }
            if line.hasPrefix("CREATE TABLE"), words.count > 2 {
                let name = String(words[2] == "IF" ? words[5] : words[2])
                current = name
                tables[name] = []
            } else if line.hasPrefix("ALTER TABLE"), words.count > 5 {
                let column = String(words[5].prefix { $0 != ";" })
                if words[3] == "ADD" { tables[String(words[2]), default: []].insert(column) }
                if words[3] == "DROP" { tables[String(words[2]), default: []].remove(column) }
            } else if line.hasPrefix(")") {
                current = nil
            } else if let table = current, let word = words.first, !word.hasPrefix("--"),
                !constraints.contains(String(word))
            {
                tables[table, default: []].insert(String(word))
            }
        }
        return tables
    }

    /// Columns by table: a heading "### `table`", then rows that begin with "| `column`".
    static func tables(inPage text: String) -> Tables {
        var tables: Tables = [:]
        var current: String?
        for line in text.split(separator: "\n") {
            if line.hasPrefix("#") {
                current = line.hasPrefix("### `") ? codeSpans(of: line).first : nil
                if let table = current { tables[table] = [] }
            } else if let table = current, line.hasPrefix("| `") {
                let cell = line.dropFirst().prefix { $0 != "|" }
                tables[table, default: []].formUnion(codeSpans(of: cell))
            }
        }
        return tables
    }

    private static func codeSpans(of text: Substring) -> [String] {
        let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
        return pieces.enumerated().filter { !$0.offset.isMultiple(of: 2) }
            .map { String($0.element) }
    }
}
