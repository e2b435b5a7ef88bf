extension TextTable {
    /// Columns, order and form as asked for.
    func shown(
        _ options: TableOptions, in session: Session
    ) throws(CommandFailure) -> String {
        let table = try sorted(by: options.sort).chosen(options.columns)
        if rows.isEmpty, !options.csv { return "" }
        if options.csv { return table.csv(header: !options.noHeader) }
        return table.render(
            style: session.style, width: session.surroundings.terminal.width,
            header: !options.noHeader)
    }

    private func index(of title: String) throws(CommandFailure) -> Int {
        let wanted = title.uppercased()
        guard let index = columns.firstIndex(where: { $0.title == wanted }) else {
            let known = columns.map(\.title).joined(separator: ", ")
            throw .usage("there is no column `\(title)`", try: "one of \(known)")
        }
        return index
    }

    private func chosen(_ names: String?) throws(CommandFailure) -> TextTable {
        guard let names else { return self }
        var indices: [Int] = []
        for name in names.split(separator: ",") { indices.append(try index(of: String(name))) }
        return TextTable(
            indices.map { columns[$0] }, rows: rows.map { row in indices.map { row[$0] } })
    }

    private func sorted(by text: String?) throws(CommandFailure) -> TextTable {
        guard let text else { return self }
        let isDownward = text.hasPrefix("-")
        let index = try index(of: isDownward ? String(text.dropFirst()) : text)
        var table = self
        table.rows.sort { lhs, rhs in
            isDownward
                ? Self.precedes(rhs[index], lhs[index]) : Self.precedes(lhs[index], rhs[index])
        }
        return table
    }

    private static func precedes(_ lhs: Cell, _ rhs: Cell) -> Bool {
        if let left = lhs.order, let right = rhs.order { return left < right }
        return lhs.text < rhs.text
    }

    /// RFC 4180; cells that a spreadsheet would take for a formula get an apostrophe.
    func csv(header: Bool = true) -> String {
        var lines = rows.map { row in row.map { Self.csvCell($0.text) } }
        if header { lines.insert(columns.map { Self.csvCell($0.title.lowercased()) }, at: 0) }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    private static func csvCell(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@".contains($0) } ?? false
        let safe = isFormula && Double(text) == nil ? "'" + text : text
        guard safe.contains(where: { ",\"\r\n".contains($0) }) else { return safe }
        return "\""
            + safe.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
