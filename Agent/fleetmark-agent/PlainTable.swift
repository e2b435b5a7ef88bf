import Glibc

/// A table for people: capital headings, two blanks between columns, cut to the terminal.
struct PlainTable {
    private let header: [String]
    private var rows: [[String]] = []

    init(_ header: [String]) { self.header = header }

    /// As many cells as the header has.
    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// `width`: of the terminal; `nil` cuts nothing.
    func text(width: Int? = PlainTable.terminalWidth) -> String {
        let all = [header] + rows
        let widths = header.indices.map { column in
            all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() where column < widths.count {
                let isLast = column == row.count - 1
                let gap = String(repeating: " ", count: widths[column] - cell.count + 2)
                line += isLast ? cell : cell + gap
            }
            guard let width, line.count > width, width > 1 else { return line }
            return line.prefix(width - 1) + "…"
        }.joined(separator: "\n") + "\n"
    }

    /// `nil` where standard output is no terminal.
    static var terminalWidth: Int? {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

/// A paragraph for people, wrapped at blanks.
enum WrappedText {
    static func lines(_ text: String, indent: Int, width: Int? = nil) -> String {
        let limit = max(40, (width ?? PlainTable.terminalWidth ?? 88) - indent)
        let blank = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > limit {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? "\(word)" : " \(word)"
        }
        if !line.isEmpty { lines.append(line) }
        return lines.joined(separator: "\n\(blank)")
    }
}
