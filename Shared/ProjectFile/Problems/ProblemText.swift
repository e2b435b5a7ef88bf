/// Writes problems for people, each with its line of the file and carets under the place.
package struct ProblemText: Sendable {
    /// Scalars of a source line that are shown; longer lines are cut around the place.
    static let widestLine = 120

    private let fileName: String
    private let lines: SourceLines

    package init(bytes: [UInt8], fileName: String) {
        self.fileName = Quoted.clip(fileName)
        lines = SourceLines(text: String(decoding: bytes, as: UTF8.self))
    }

    /// All problems in their order, each ended by a line feed.
    package func render(_ problems: [ProjectFileProblem]) -> String {
        problems.map { render($0) + "\n" }.joined()
    }

    /// One problem: place, code and message; then the source line and the carets.
    package func render(_ problem: ProjectFileProblem) -> String {
        let suggestion = problem.suggestion.map { "; \($0)" } ?? ""
        let head =
            "\(fileName):\(problem.line):\(problem.column): "
            + "\(problem.severity.rawValue)[\(problem.code.rawValue)]: "
            + problem.message + suggestion
        guard let line = lines[problem.line] else { return head }
        let number = String(problem.line)
        let margin = String(repeating: " ", count: max(0, 5 - number.count))
        let gutter = String(repeating: " ", count: max(5, number.count))
        let (source, carets) = excerpt(of: line, problem.place)
        return "\(head)\n\(margin)\(number) | \(source)\n\(gutter) | \(carets)"
    }

    private func excerpt(
        of line: [Unicode.Scalar], _ place: TextPlace
    ) -> (source: String, carets: String) {
        var first = 0
        if line.count > Self.widestLine {
            first = min(max(0, place.column - 1 - 40), line.count)
        }
        let end = min(line.count, first + Self.widestLine)
        var shown = String.UnicodeScalarView()
        if first > 0 { shown.append("…") }
        shown.append(contentsOf: line[first..<end].map(Quoted.visible))
        if end < line.count { shown.append("…") }
        let indent = max(0, place.column - 1 - first) + (first > 0 ? 1 : 0)
        let blanks = min(indent, Self.widestLine + 1)
        let room = max(1, end - (place.column - 1))
        return (
            String(shown),
            String(repeating: " ", count: blanks)
                + String(repeating: "^", count: min(place.length, room))
        )
    }
}
