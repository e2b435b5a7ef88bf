import Markup

/// Finds a file's format by its content, never by its name, and never by trying readers.
/// Source: the benchmark format specification, section "Detection".
enum FormatDetector {
    struct Finding {
        let entry: FormatEntry
        /// What in the content spoke for it.
        let reason: String
        /// The whole document where detection had to read it.
        var parsed: JSONDocument?
        var markup: XMLDocument?
    }

    /// - Throws: `unknown_format`, or what is wrong with a document that cannot be read.
    static func detect(
        _ head: inout FileHead, _ options: ParseOptions, _ deadline: ParseDeadline
    ) throws(ParseRefusal) -> Finding {
        let (evidence, parsed, markup) = try evidence(&head, options, deadline)
        for entry in FormatCatalogue.entries {
            guard let reason = entry.detect(evidence) else { continue }
            return Finding(entry: entry, reason: reason, parsed: parsed, markup: markup)
        }
        throw ParseRefusal(.unknownFormat, refusal(evidence))
    }

    private static func refusal(_ evidence: FormatEvidence) -> String {
        switch evidence {
        case .object, .array, .lines: "JSON, but not of a known tool"
        case .element(let name): "XML with the outermost element <\(name)>: not of a known tool"
        case .text: "neither JSON nor XML nor the text of a known tool"
        }
    }

    private typealias Evidence = (FormatEvidence, JSONDocument?, XMLDocument?)

    private static func evidence(
        _ head: inout FileHead, _ options: ParseOptions, _ deadline: ParseDeadline
    ) throws(ParseRefusal) -> Evidence {
        head.readForDetection()
        let start = DecodedText.start(of: head.bytes)
        let ink = DecodedText.firstInk(of: head.bytes, from: start)
        switch ink.map({ head.bytes[$0] }) {
        case UInt8(ascii: "<"):
            try head.readAll(options.limits)
            let markup = try XMLDocument(
                DecodedText(head.bytes), limits: options.limits, deadline: deadline)
            return (.element(markup.root.name), nil, markup)
        case UInt8(ascii: "{"):
            if let ink, let first = firstLine(head.bytes, from: ink, options, deadline) {
                return (.lines(first: first, signs(head, options)), nil, nil)
            }
        case UInt8(ascii: "[") where isArrayStart(head.bytes, ink ?? 0): break
        default: return (.text(signs(head, options)), nil, nil)
        }
        try head.readAll(options.limits)
        let text = try DecodedText(head.bytes)
        let document = try FormatInput(text: text, options: options, deadline: deadline).document()
        guard document.root.isArray else { return (.object(document.root), document, nil) }
        var elements = document.root.elements
        return (.array(first: elements.next()), document, nil)
    }

    /// A log may begin with `[0/1] Planning build`: that is text.
    private static func isArrayStart(_ bytes: [UInt8], _ bracket: Int) -> Bool {
        guard let next = DecodedText.firstInk(of: bytes, from: bracket + 1) else { return true }
        return [UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "]")].contains(bytes[next])
    }

    /// The object on the first line, if it is complete there and more follows.
    private static func firstLine(
        _ bytes: [UInt8], from start: Int, _ options: ParseOptions, _ deadline: ParseDeadline
    ) -> JSONValue? {
        guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")),
            DecodedText.firstInk(of: bytes, from: end) != nil
        else { return nil }
        do throws(SyntaxFailure) {
            let line = Array(bytes[start..<end])
            let root = try JSONDocument(
                line, line.indices, limits: options.limits, deadline: deadline
            ).root
            return root.isObject ? root : nil
        } catch {
            return nil
        }
    }

    private static func signs(_ head: FileHead, _ options: ParseOptions) -> TextSigns {
        let entries = FormatCatalogue.entries.filter { $0.isSign != nil }
        var signs = TextSigns()
        var stream = LineStream(head.bytes, then: nil, longest: options.limits.lineBytes)
        while let line = stream.next() { signs.look(at: TextLine(line), entries) }
        return signs
    }
}
