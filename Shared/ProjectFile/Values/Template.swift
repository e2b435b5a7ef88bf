/// Text with placeholders in it.
package struct Template: Hashable, Sendable {
    package enum Segment: Hashable, Sendable {
        case text(String)
        case placeholder(Placeholder)
    }

    package let segments: [Segment]

    package init(segments: [Segment]) {
        self.segments = segments
    }

    /// Reads `{{…}}`; `\{{` is a literal `{{`.
    init(parsing text: String) throws(TextFault) {
        var segments: [Segment] = []
        var literal = ""
        var rest = text[...]
        while let opening = rest.firstRange(of: "{{") {
            if rest[..<opening.lowerBound].hasSuffix("\\") {
                literal += rest[..<opening.lowerBound].dropLast() + "{{"
                rest = rest[opening.upperBound...]
                continue
            }
            literal += rest[..<opening.lowerBound]
            rest = rest[opening.upperBound...]
            guard let closing = rest.firstRange(of: "}}") else {
                throw TextFault(
                    .unknownPlaceholder, "has a `{{` that is not closed",
                    suggestion: "write `\\{{` for two braces")
            }
            let name = String(rest[..<closing.lowerBound])
            guard let placeholder = Placeholder(name) else { throw Self.unknown(name) }
            if !literal.isEmpty { segments.append(.text(literal)) }
            literal = ""
            segments.append(.placeholder(placeholder))
            rest = rest[closing.upperBound...]
        }
        literal += rest
        if !literal.isEmpty { segments.append(.text(literal)) }
        self.segments = segments
    }

    package var placeholders: [Placeholder] {
        segments.compactMap { segment in
            if case .placeholder(let placeholder) = segment { placeholder } else { nil }
        }
    }

    /// Puts in what `values` knows; the rest stays symbolic.
    package func substitute(_ values: [Placeholder: String]) -> Template {
        var merged: [Segment] = []
        for segment in segments {
            var next = segment
            if case .placeholder(let placeholder) = segment, let value = values[placeholder] {
                next = .text(value)
            }
            if case .text(let added) = next, case .text(let last)? = merged.last {
                merged[merged.count - 1] = .text(last + added)
            } else {
                merged.append(next)
            }
        }
        return Template(segments: merged.filter { $0 != .text("") })
    }

    /// The plain text, once no placeholder is left.
    package var resolved: String? {
        var text = ""
        for segment in segments {
            guard case .text(let part) = segment else { return nil }
            text += part
        }
        return text
    }

    /// As it is written in a file; literal braces keep their backslash.
    package var source: String {
        segments.map { segment in
            switch segment {
            case .text(let text): Self.escaped(text)
            case .placeholder(let placeholder): "{{\(placeholder.text)}}"
            }
        }.joined()
    }

    static func escaped(_ text: String) -> String { text.replacing("{{", with: "\\{{") }

    private static func unknown(_ name: String) -> TextFault {
        let known = ["cpus", "workspace", "results", "repetition"]
        let nearest = Suggestion.nearest(to: name, among: known)
        return TextFault(
            .unknownPlaceholder, "has an unknown placeholder: \(Quoted.text("{{\(name)}}"))",
            suggestion: nearest.map { "did you mean `{{\($0)}}`?" }
                ?? "write `\\{{` for two braces")
    }
}
