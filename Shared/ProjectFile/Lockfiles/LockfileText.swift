extension Substring {
    /// Without blanks at both ends.
    var trimmingBlanks: Substring {
        var rest = drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" || last == "\r" {
            rest.removeLast()
        }
        return rest
    }

    /// `name == 1.0` as `name==1.0`.
    var spacesAroundEqualsRemoved: Substring {
        guard let sign = range(ofFirst: "==") else { return self }
        let name = self[..<sign.lowerBound].trimmingBlanks
        let version = self[sign.upperBound...].drop { $0 == " " || $0 == "\t" }
        return Substring(name + "==" + version)
    }

    func range(ofFirst text: String) -> Range<Index>? {
        var place = startIndex
        while place < endIndex {
            if self[place...].hasPrefix(text) { return place..<index(place, offsetBy: text.count) }
            place = index(after: place)
        }
        return nil
    }
}

extension String {
    /// What follows the last occurrence; nothing without one.
    func rest(afterLast text: String) -> Substring? {
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasSuffix(text) { return self[rest.endIndex...] }
            rest = rest.dropLast()
        }
        return nil
    }
}

extension YAMLNode {
    var entries: [Entry] { if case .mapping(let entries) = content { entries } else { [] } }
    var text: String? { if case .scalar(let text, _) = content { text } else { nil } }

    /// Looks through the mapping: fine for the few keys of one package.
    subscript(key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }
}
