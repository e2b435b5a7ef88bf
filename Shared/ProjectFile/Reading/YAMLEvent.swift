/// One step of a YAML stream.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(String)
        case scalar(String, isPlain: Bool)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }

    let kind: Kind
    let anchor: String?
    let tag: String?
    /// Line and column from 1.
    let start: (line: Int, column: Int)
    let end: (line: Int, column: Int)
}
