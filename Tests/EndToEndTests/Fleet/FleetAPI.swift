import AgentProtocol
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// The public API of one controller, over TLS that trusts its authority alone.
final class FleetAPI: Sendable {
    struct Reply {
        let status: Int
        let body: JSONValue

        /// The machine-readable reason of an error.
        var reason: String? { body["details"]?["reason"]?.text ?? body["code"]?.text }
    }

    private let client: HTTPClient
    private let address: String
    private let key: String

    init(address: String, authorityFile: String, key: String) throws {
        self.address = address
        self.key = key
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(authorityFile)
        client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: HTTPClient.Configuration(tlsConfiguration: tls))
    }

    func close() async throws { try await client.shutdown() }

    func call(
        _ method: String, _ path: String, _ body: JSONValue? = nil, match: String? = nil
    ) async throws -> Reply {
        let bytes = try await bytes(method, path, body, match: match)
        let document =
            bytes.1.isEmpty
            ? .null
            : try JSONDecoder().decode(JSONValue.self, from: Data(bytes.1))
        return Reply(status: bytes.0, body: document)
    }

    func get(_ path: String) async throws -> JSONValue {
        let reply = try await call("GET", path)
        guard reply.status == 200 else {
            throw FleetProblem("GET \(path): \(reply.status) \(reply.body)")
        }
        return reply.body
    }

    func text(_ path: String) async throws -> String {
        String(decoding: try await bytes("GET", path, nil).1, as: UTF8.self)
    }

    /// The beginning of a reply that goes on for as long as somebody holds it.
    func open(_ path: String) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: address + "/api/v1" + path)
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        return try await client.execute(request, timeout: .seconds(70))
    }

    private func bytes(
        _ method: String, _ path: String, _ body: JSONValue?, match: String? = nil
    ) async throws -> (Int, [UInt8]) {
        var request = HTTPClientRequest(url: address + "/api/v1" + path)
        request.method = .RAW(value: method)
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(Array(try JSONEncoder().encode(body)))
        }
        if let match { request.headers.add(name: "If-Match", value: match) }
        let reply = try await client.execute(request, timeout: .seconds(70))
        let bytes = try await reply.body.collect(upTo: 64 << 20)
        return (Int(reply.status.code), Array(bytes.readableBytesView))
    }
}

extension JSONValue {
    var items: [JSONValue] {
        guard case .array(let items) = self["items"] ?? self else { return [] }
        return items
    }

    var double: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }
}
