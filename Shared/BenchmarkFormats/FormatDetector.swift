/// Finds a file's format by its content, never by its name, and never by trying readers.
enum FormatDetector {
    /// - Returns: the entry, and what in the content spoke for it.
    /// - Throws: `unknown_format`, or what is wrong with a document that cannot be read.
    static func detect(
        _ input: inout FormatInput
    ) throws(ParseRefusal) -> (FormatEntry, String) {
        guard let evidence = try evidence(&input) else {
            throw ParseRefusal(.unknownFormat, "neither JSON nor the text of a known tool")
        }
        for entry in FormatCatalogue.entries {
            if let reason = entry.detect(evidence) { return (entry, reason) }
        }
        throw ParseRefusal(.unknownFormat, "JSON, but not of a known tool")
    }

    private static func evidence(
        _ input: inout FormatInput
    ) throws(ParseRefusal) -> FormatEvidence? {
        guard let start = input.text.firstInk(from: input.text.start) else { return nil }
        switch input.text.bytes[start] {
        case UInt8(ascii: "{"):
            if let first = firstLine(input, from: start) { return .lines(first: first) }
        case UInt8(ascii: "["):
            guard isArrayStart(input.text, start) else { return nil }
        default:
            return nil
        }
        let document = try input.document()
        input.parsed = document
        guard document.root.isArray else { return .object(document.root) }
        var elements = document.root.elements
        return .array(first: elements.next())
    }

    /// A log may begin with `[0/1] Planning build`: that is text.
    private static func isArrayStart(_ text: DecodedText, _ bracket: Int) -> Bool {
        guard let next = text.firstInk(from: bracket + 1) else { return true }
        return [UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "]")]
            .contains(text.bytes[next])
    }

    /// The object on the first line, if it is complete there and more follows.
    private static func firstLine(_ input: FormatInput, from start: Int) -> JSONValue? {
        let end = input.text.lineEnd(from: start)
        guard input.text.firstInk(from: end) != nil else { return nil }
        do throws(JSONFailure) {
            let root = try input.document(in: start..<end).root
            return root.isObject ? root : nil
        } catch {
            return nil
        }
    }
}
