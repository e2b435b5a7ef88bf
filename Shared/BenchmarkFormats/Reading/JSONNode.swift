/// What a node of a document is.
enum JSONKind: UInt8 {
    case null, no, yes, number
    /// The bare tokens, which are not JSON but are written by several tools.
    case notANumber, infinity, minusInfinity
    /// Text between the quotes as it stands, and text with escapes still in it.
    case string, escapedString
    case array, object

    var isContainer: Bool { self == .array || self == .object }
}

/// One value, in the order of the text. Members are a key node followed by a value node; behind
/// the node of a container stands one that links to what follows it.
/// 8 bytes, so that a document of ten million values stays small.
struct JSONNode {
    /// What fits beside the kind.
    static let extentLimit = (1 << 28) - 1

    let offset: UInt32
    /// Kind in the upper four bits, extent below.
    private var packed: UInt32

    init(_ kind: JSONKind, offset: Int, extent: Int) {
        self.offset = UInt32(truncatingIfNeeded: offset)
        packed = UInt32(kind.rawValue) << 28 | UInt32(truncatingIfNeeded: extent) & 0x0FFF_FFFF
    }

    /// A link to a later node.
    init(link: Int) {
        offset = UInt32(truncatingIfNeeded: link)
        packed = 0
    }

    var kind: JSONKind { JSONKind(rawValue: UInt8(truncatingIfNeeded: packed >> 28)) ?? .null }

    /// Bytes of a scalar; elements or members of a container.
    var extent: Int { Int(packed & 0x0FFF_FFFF) }

    /// One more element or member; the scanner holds the limit.
    mutating func count() { packed &+= 1 }

    /// First byte of a scalar (behind the quote of a string) or the bracket of a container; of a
    /// link the node that follows the container.
    var place: Int { Int(offset) }
}
