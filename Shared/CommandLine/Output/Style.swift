/// How words look: colours, and signs outside ASCII.
struct Style: Sendable, Equatable {
    var hasColor: Bool
    var hasUnicode: Bool

    static let plain = Style(hasColor: false, hasUnicode: true)

    init(hasColor: Bool, hasUnicode: Bool) {
        self.hasColor = hasColor
        self.hasUnicode = hasUnicode
    }

    /// Colours on a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; the flag and
    /// `FLEETMARK_COLOR` go before that.
    init(_ choice: ColorChoice?, _ surroundings: Surroundings) throws(CommandFailure) {
        let environment = surroundings.environment
        var choice = choice
        if choice == nil, let text = environment["FLEETMARK_COLOR"], !text.isEmpty {
            choice = ColorChoice(rawValue: text)
            guard choice != nil else {
                throw .usage("FLEETMARK_COLOR is auto, always or never, not `\(text)`")
            }
        }
        switch choice ?? .auto {
        case .always: hasColor = true
        case .never: hasColor = false
        case .auto:
            hasColor =
                surroundings.terminal.width != nil && (environment["NO_COLOR"] ?? "").isEmpty
                && environment["TERM"] != "dumb"
        }
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
            .compactMap { environment[$0].flatMap { $0.isEmpty ? nil : $0 } }.first
        let name = (locale ?? "").lowercased()
        hasUnicode = name.contains("utf-8") || name.contains("utf8")
    }

    enum Tone: String {
        case bad = "31"
        case good = "32"
        case doubtful = "33"
        case faint = "2"
    }

    func paint(_ text: String, _ tone: Tone?) -> String {
        guard hasColor, let tone, !text.isEmpty else { return text }
        return "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m"
    }

    var ellipsis: String { hasUnicode ? "…" : "..." }
    /// Between the ends of an interval.
    var span: String { hasUnicode ? " … " : " .. " }
    var plusMinus: String { hasUnicode ? "±" : "+-" }

    /// A direction with its sign; unknown words as they are.
    func direction(_ word: String?) -> String {
        switch word {
        case "regressed": (hasUnicode ? "▲" : "^") + " regressed"
        case "improved": (hasUnicode ? "▼" : "v") + " improved"
        case "unchanged": "= unchanged"
        case "unclear": "? unclear"
        case let word?: PlainLine.text(word)
        case nil: ""
        }
    }

    static func tone(of word: String?) -> Tone? {
        switch word {
        case "regressed", "fail", "failed": .bad
        case "improved", "succeeded", "active", "online": .good
        case "unclear", "warn", "partial", "skip", "pending", "cancelled", "expired": .doubtful
        default: nil
        }
    }
}
