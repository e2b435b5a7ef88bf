/// A shell text with placeholders, each with the quotes it stands in.
package struct ShellScript: Hashable, Sendable {
    package enum Quoting: Hashable, Sendable {
        case none, single, double
    }

    package enum Piece: Hashable, Sendable {
        case text(String)
        case placeholder(Placeholder, Quoting)
    }

    package let pieces: [Piece]

    package var placeholders: [Placeholder] {
        pieces.compactMap { piece in
            if case .placeholder(let placeholder, _) = piece { placeholder } else { nil }
        }
    }

    /// Puts in what `values` knows, quoted so that the shell sees exactly the value.
    package func substitute(_ values: [Placeholder: String]) -> ShellScript {
        ShellScript(
            pieces: pieces.map { piece in
                guard case .placeholder(let placeholder, let quoting) = piece,
                    let value = values[placeholder]
                else { return piece }
                return .text(Self.quoted(value, within: quoting))
            })
    }

    /// The script, once no placeholder is left.
    package var resolved: String? {
        var text = ""
        for piece in pieces {
            guard case .text(let part) = piece else { return nil }
            text += part
        }
        return text
    }

    /// As it is written in a file; literal braces keep their backslash.
    package var source: String {
        pieces.map { piece in
            switch piece {
            case .text(let text): Template.escaped(text)
            case .placeholder(let placeholder, _): "{{\(placeholder.text)}}"
            }
        }.joined()
    }

    /// Quotes that are open around the value are closed for it and opened again.
    private static func quoted(_ value: String, within quoting: Quoting) -> String {
        let inner = value.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''")
        return switch quoting {
        case .none: "'\(inner)'"
        case .single: inner
        case .double: "\"'\(inner)'\""
        }
    }
}
