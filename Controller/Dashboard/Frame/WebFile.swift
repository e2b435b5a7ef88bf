import HTTPTypes
import Hummingbird
import Storage

/// A file that pages load. Its name changes with its bytes, so browsers may keep it for ever.
///
/// Sent as it is: each file is fetched once by a browser, and the largest has 131 kB.
struct WebFile: Sendable {
    let path: String
    private let kind: Kind
    private let bytes: ByteBuffer

    enum Kind: String {
        case style = "css"
        case script = "js"
        case text = "txt"

        fileprivate var mediaType: String {
            switch self {
            case .style: "text/css; charset=utf-8"
            case .script: "text/javascript; charset=utf-8"
            case .text: "text/plain; charset=utf-8"
            }
        }
    }

    init(_ name: String, _ kind: Kind, _ bytes: [UInt8]) {
        self.kind = kind
        self.bytes = ByteBuffer(bytes: bytes)
        path = "/assets/\(name)-\(SHA256Text.of(bytes).prefix(16)).\(kind.rawValue)"
    }

    var response: Response {
        Response(
            status: .ok,
            headers: [
                .contentType: kind.mediaType,
                .cacheControl: "public, max-age=31536000, immutable",
            ], body: .init(byteBuffer: bytes))
    }
}
