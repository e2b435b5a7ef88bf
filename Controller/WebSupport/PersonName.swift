/// What users and teams may be called.
package enum PersonName {
    /// 1 to 64 characters on one line, without blanks at the ends.
    package static func isOne(_ name: String) -> Bool {
        (1...64).contains(name.count) && name.utf8.count <= 256
            && name.first?.isWhitespace == false && name.last?.isWhitespace == false
            && isLine(name)
    }

    /// Text beside a name: at most 255 characters on one line.
    package static func isNote(_ text: String) -> Bool { text.count <= 255 && isLine(text) }

    private static func isLine(_ text: String) -> Bool {
        !text.contains(where: \.isNewline)
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
