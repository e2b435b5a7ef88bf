/// Facts about one thing: a label and a value on each line, values in one column.
struct FactList {
    private let style: Style
    private var facts: [(label: String, value: String, tone: Style.Tone?)] = []

    init(_ style: Style) {
        self.style = style
    }

    /// Nothing and empty values are left out.
    mutating func add(_ label: String, _ value: String?, _ tone: Style.Tone? = nil) {
        guard let value, !value.isEmpty else { return }
        // Later lines of the same fact stand below the first one.
        for (index, line) in PlainLine.lines(value).enumerated() {
            facts.append((index == 0 ? label : "", line, tone))
        }
    }

    var text: String {
        let width = facts.map { TextWidth.of($0.label) }.max() ?? 0
        return facts.map { fact in
            let blanks = String(repeating: " ", count: width - TextWidth.of(fact.label) + 2)
            return style.paint(fact.label, .faint) + blanks + style.paint(fact.value, fact.tone)
                + "\n"
        }.joined()
    }
}
