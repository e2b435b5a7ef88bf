import HTTPTypes
import Hummingbird
import Storage

/// The one stylesheet. Its name changes with its text, so browsers may keep it for ever.
struct Stylesheet: Sendable {
    let path: String
    private let bytes: [UInt8]

    init(_ bytes: [UInt8] = PackageResources.fleetmark_css) {
        self.bytes = bytes
        path = "/assets/fleetmark-\(SHA256Text.of(bytes).prefix(16)).css"
    }

    var response: Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/css; charset=utf-8",
                .cacheControl: "public, max-age=31536000, immutable",
            ], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
