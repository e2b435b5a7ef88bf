import CYaml

/// The events of libyaml over one text. Events are read instead of a finished tree so that limits
/// hold before anything is built, and so that aliases, tags and the ends of values stay visible.
@safe final class YAMLEventStream {
    /// What libyaml had to say, and where.
    struct Failure: Error {
        let problem: String
        let line: Int
        let column: Int
        /// Byte offset instead of a place, from the reader of characters.
        let offset: Int?

        /// libyaml looks ahead, and may meet its own limit of nesting before ours is seen.
        var isTooDeep: Bool { problem.hasPrefix("Maximum nesting level reached") }
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// Reads UTF-8 without a byte order mark; the bytes are copied.
    init(bytes: ArraySlice<UInt8>) {
        unsafe input = .allocate(capacity: max(1, bytes.count))
        _ = unsafe input.update(fromContentsOf: bytes)
        // libyaml keeps pointers into the parser itself: its address may not change.
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe yaml_parser_initialize(parser)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event; after `streamEnd` it is not called again.
    func next() throws(Failure) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { unsafe yaml_event_delete(&event) }
        let names = unsafe Self.names(of: event)
        let (start, end) = unsafe (event.start_mark, event.end_mark)
        return YAMLEvent(
            kind: try unsafe kind(of: event), anchor: names.anchor, tag: names.tag,
            start: (Int(start.line) + 1, Int(start.column) + 1),
            end: (Int(end.line) + 1, Int(end.column) + 1))
    }

    private func kind(of event: yaml_event_t) throws(Failure) -> YAMLEvent.Kind {
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_STREAM_END_EVENT: return .streamEnd
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(unsafe Self.text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let written = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                unsafe String(decoding: written, as: UTF8.self),
                isPlain: unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE)
        case YAML_SEQUENCE_START_EVENT: return .sequenceStart
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT: return .mappingStart
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: throw Failure(problem: "unexpected event", line: 1, column: 1, offset: nil)
        }
    }

    private static func names(of event: yaml_event_t) -> (anchor: String?, tag: String?) {
        switch unsafe event.type {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            return unsafe (text(scalar.anchor), text(scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            let sequence = unsafe event.data.sequence_start
            return unsafe (text(sequence.anchor), text(sequence.tag))
        case YAML_MAPPING_START_EVENT:
            let mapping = unsafe event.data.mapping_start
            return unsafe (text(mapping.anchor), text(mapping.tag))
        default: return (nil, nil)
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }

    private func failure() -> Failure {
        let state = unsafe parser.pointee
        let problem = unsafe state.problem.map { unsafe String(cString: $0) } ?? "out of memory"
        let context = unsafe state.context.map { unsafe " " + String(cString: $0) } ?? ""
        let isFromReader = unsafe state.error == YAML_READER_ERROR
        let mark = unsafe state.problem_mark
        return Failure(
            problem: problem + context, line: Int(mark.line) + 1, column: Int(mark.column) + 1,
            offset: isFromReader ? unsafe state.problem_offset : nil)
    }
}
