import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// A good reply whose body has not been read yet.
struct StreamedReply: Sendable {
    private let response: HTTPClientResponse
    private let connection: Connection

    init(_ response: HTTPClientResponse, over connection: Connection) {
        self.response = response
        self.connection = connection
    }

    /// 204: there is nothing to say.
    var isEmpty: Bool { response.status == .noContent }

    func header(_ name: String) -> String? { response.headers.first(name: name) }

    /// The whole body.
    /// - Throws: `CommandFailure`, also when it is longer than the limit.
    func bytes(limitBytes: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await forEachPiece { piece throws(CommandFailure) in
            guard bytes.count + piece.count <= limitBytes else {
                throw CommandFailure(
                    .notReachable, "bad_reply", "the server's reply is longer than it may be",
                    why: "at most \(limitBytes) bytes are read")
            }
            bytes += piece
        }
        return bytes
    }

    /// The body as it arrives; an error of `use` ends the reading.
    func forEachPiece(_ use: ([UInt8]) throws -> Void) async throws {
        do {
            for try await buffer in response.body { try use(Array(buffer.readableBytesView)) }
        } catch let error as CancellationError {
            throw error
        } catch let error as OutputFailure {
            throw error
        } catch {
            try Task.checkCancellation()
            throw connection.failure(error)
        }
    }
}
