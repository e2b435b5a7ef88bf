/// A path into a JSON document: `$`, `.key`, `['key']`, `[0]` and `[*]`, and no more.
/// Source: the benchmark format specification, section 5; a part of RFC 9535.
package struct JSONPath: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        case key(String)
        case index(Int)
        /// Every element of an array, or every member's value of an object.
        case all
    }

    package let steps: [Step]

    private static let stepLimit = 64

    /// nil if the text is no such path.
    package init?(_ text: String) {
        guard text.utf8.first == UInt8(ascii: "$") else { return nil }
        var rest = Array(text.utf8.dropFirst())[...]
        var steps: [Step] = []
        while let first = rest.popFirst() {
            guard steps.count < Self.stepLimit else { return nil }
            switch first {
            case UInt8(ascii: "."):
                let key = rest.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }
                guard !key.isEmpty else { return nil }
                rest = rest[key.endIndex...]
                guard !key.contains(UInt8(ascii: "*")) else { return nil }
                steps.append(.key(String(decoding: key, as: UTF8.self)))
            case UInt8(ascii: "["):
                guard let step = Self.bracket(&rest) else { return nil }
                steps.append(step)
            default: return nil
            }
        }
        self.steps = steps
    }

    /// Whether the path can mean several values.
    package var isMultiple: Bool { steps.contains(.all) }

    private static func bracket(_ rest: inout ArraySlice<UInt8>) -> Step? {
        let quote = UInt8(ascii: "'")
        if rest.first == quote {
            rest.removeFirst()
            let key = rest.prefix { $0 != quote }
            rest = rest[key.endIndex...].dropFirst()
            guard rest.popFirst() == UInt8(ascii: "]") else { return nil }
            return .key(String(decoding: key, as: UTF8.self))
        }
        let inner = rest.prefix { $0 != UInt8(ascii: "]") }
        rest = rest[inner.endIndex...]
        guard rest.popFirst() != nil else { return nil }
        let text = String(decoding: inner, as: UTF8.self)
        if text == "*" { return .all }
        guard inner.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else { return nil }
        return Int(text).map(Step.index)
    }
}
