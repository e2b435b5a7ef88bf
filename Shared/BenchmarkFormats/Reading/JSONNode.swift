/// What a node of a document is.
enum JSONKind: UInt8 {
    case null, no, yes, number
    /// The bare tokens, which are not JSON but are written by several tools.
    case notANumber, infinity, minusInfinity
    /// Text between the quotes as it stands, and text with escapes still in it.
    case string, escapedString
    case array, object
}

/// One value, in the order of the text. Members are a key node followed by a value node.
/// 16 bytes, so that a document of ten million values stays small.
struct JSONNode {
    let kind: JSONKind
    /// First byte of a scalar (behind the quote of a string) or the bracket of a container.
    let offset: UInt32
    /// Bytes of a scalar; elements or members of a container.
    var extent: UInt32
    /// Index of the node behind this one and all it holds.
    var next: UInt32
}
