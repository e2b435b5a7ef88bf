/// A table: header in capitals, two blanks between columns, numbers to the right, no rules.
struct TextTable: Sendable {
    enum Alignment: Sendable { case left, right }

    struct Column: Sendable {
        let title: String
        let alignment: Alignment
        /// Whether its cells may be cut; numbers never are.
        let isCut: Bool

        init(_ title: String, _ alignment: Alignment = .left, isCut: Bool = true) {
            self.title = title
            self.alignment = alignment
            self.isCut = isCut && alignment == .left
        }
    }

    struct Cell: Sendable, ExpressibleByStringLiteral {
        let text: String
        /// What sorting goes by, where the text would mislead.
        var order: Double?
        var tone: Style.Tone?

        init(_ text: String?, order: Double? = nil, tone: Style.Tone? = nil) {
            self.text = PlainLine.text(text ?? "")
            self.order = order
            self.tone = tone
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    var columns: [Column]
    /// Each as long as `columns`.
    var rows: [[Cell]]

    init(_ columns: [Column], rows: [[Cell]] = []) {
        self.columns = columns
        self.rows = rows
    }

    /// Lines no wider than `width`, where text can be cut; without it as wide as the cells are.
    func render(style: Style, width: Int? = nil, header: Bool = true) -> String {
        let widths = fit(naturalWidths(header), into: width, style)
        var lines: [String] = []
        if header {
            lines.append(line(columns.map { Cell($0.title) }, widths, style))
        }
        lines += rows.map { line($0, widths, style) }
        return lines.map { $0 + "\n" }.joined()
    }

    private func naturalWidths(_ header: Bool) -> [Int] {
        columns.enumerated().map { index, column in
            let cells = rows.map { index < $0.count ? TextWidth.of($0[index].text) : 0 }
            return max(cells.max() ?? 0, header ? TextWidth.of(column.title) : 0)
        }
    }

    /// Takes from the widest text column until all fit or none is wider than 8.
    private func fit(_ natural: [Int], into width: Int?, _ style: Style) -> [Int] {
        guard let width else { return natural }
        var widths = natural
        var excess = widths.reduce(0, +) + 2 * max(0, widths.count - 1) - width
        while excess > 0 {
            let candidates = widths.indices.filter {
                columns[$0].isCut && widths[$0] > 8
            }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            let others = candidates.filter { $0 != widest }.map { widths[$0] }.max() ?? 8
            let cut = max(1, min(excess, widths[widest] - max(others, 8)))
            widths[widest] -= cut
            excess -= cut
        }
        return widths
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ style: Style) -> String {
        var parts: [String] = []
        for (index, width) in widths.enumerated() {
            let cell = index < cells.count ? cells[index] : Cell("")
            let text = TextWidth.cut(cell.text, to: width, ellipsis: style.ellipsis)
            let blanks = String(repeating: " ", count: max(0, width - TextWidth.of(text)))
            let painted = style.paint(text, cell.tone)
            let isRight = columns[index].alignment == .right
            parts.append(isRight ? blanks + painted : painted + blanks)
        }
        var line = parts.joined(separator: "  ")
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }
}

/// How many columns of a terminal text takes.
enum TextWidth {
    static func of(_ text: String) -> Int {
        text.utf8.count == text.unicodeScalars.count
            ? text.utf8.count : text.reduce(0) { $0 + width($1) }
    }

    static func cut(_ text: String, to width: Int, ellipsis: String) -> String {
        guard of(text) > width else { return text }
        let room = width - of(ellipsis)
        guard room > 0 else { return String(text.prefix(max(0, width))) }
        var kept = ""
        var used = 0
        for character in text {
            used += Self.width(character)
            guard used <= room else { break }
            kept.append(character)
        }
        return kept + ellipsis
    }

    /// East Asian wide characters and emoji take two.
    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
