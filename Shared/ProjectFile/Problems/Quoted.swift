/// Foreign text made fit for a message: short, on one line, without control characters.
enum Quoted {
    static let longest = 80

    static func text(_ text: String) -> String { "`\(clip(text))`" }

    static func clip(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if shown.count == longest {
                shown.append("…")
                break
            }
            shown.append(visible(scalar))
        }
        return String(shown)
    }

    /// Tabs become blanks; what would move the cursor or turn the writing direction becomes `?`.
    static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar == "\t" { return " " }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
            return "?"
        default: return scalar
        }
    }
}
