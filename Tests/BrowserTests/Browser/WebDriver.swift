import AgentProtocol
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The calls of W3C WebDriver. Source: W3C Recommendation "WebDriver", §6.
struct WebDriver: Sendable {
    /// Where the driver listens.
    let address: String

    enum Method: String { case get = "GET", post = "POST", delete = "DELETE" }

    /// - Returns: the reply's `value`.
    @discardableResult
    func call(
        _ method: Method, _ path: String, _ body: [String: JSONValue]? = nil
    ) async throws -> JSONValue {
        var request = HTTPClientRequest(url: address + path)
        request.method = .RAW(value: method.rawValue)
        if method == .post {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(Array(try JSONEncoder().encode(JSONValue.object(body ?? [:]))))
        }
        let reply = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        let bytes = try await reply.body.collect(upTo: 64 << 20)
        let document = try JSONDecoder().decode(
            JSONValue.self, from: Data(Array(bytes.readableBytesView)))
        let value = document["value"] ?? .null
        guard reply.status == .ok else {
            throw BrowserProblem(
                "\(method.rawValue) \(path): \(value["error"]?.text ?? "\(reply.status)"): "
                    + "\(value["message"]?.text?.prefix(500) ?? "")")
        }
        return value
    }
}

/// The browser or its driver did not do what it was told.
struct BrowserProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
