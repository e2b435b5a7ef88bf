/// The lines of a text, broken where YAML 1.1 breaks them, without the breaks.
struct SourceLines: Sendable {
    private let lines: [[Unicode.Scalar]]
    /// For each line with a tab among its leading blanks: how many blanks these are.
    private let tabbed: [Int: Int]

    /// A byte order mark in front is no part of the first line.
    init(text: String) {
        var lines: [[Unicode.Scalar]] = []
        var current: [Unicode.Scalar] = []
        var afterReturn = false
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if index == 0, scalar == "\u{FEFF}" { continue }
            if scalar == "\n", afterReturn {
                afterReturn = false
                continue
            }
            afterReturn = scalar == "\r"
            if Self.breaks.contains(scalar) {
                lines.append(current)
                current = []
            } else {
                current.append(scalar)
            }
        }
        lines.append(current)
        self.lines = lines
        var tabbed: [Int: Int] = [:]
        for (index, line) in lines.enumerated() {
            let blanks = line.prefix { $0 == " " || $0 == "\t" }
            if blanks.contains("\t") { tabbed[index + 1] = blanks.count }
        }
        self.tabbed = tabbed
    }

    /// Leading blanks of line `number` when a tab is among them.
    func tabbedIndentation(_ number: Int) -> Int? { tabbed[number] }

    /// Line `number` from 1; nothing past the end.
    subscript(number: Int) -> [Unicode.Scalar]? {
        lines.indices.contains(number - 1) ? lines[number - 1] : nil
    }

    private static let breaks: Set<Unicode.Scalar> = [
        "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}",
    ]
}
