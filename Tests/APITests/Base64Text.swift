import FoundationEssentials

/// RFC 4648 §4.
enum Base64Text {
    static func bytes(of text: String) -> [UInt8]? { Data(base64Encoded: text).map(Array.init) }
}
