import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Documents of providers, over HTTP.
package struct HTTPDocuments: ProviderDocuments {
    /// Of the process, for its whole life. Follows nobody: whoever answers elsewhere was not
    /// configured, and what lies there may be this machine's own.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: .init(redirectConfiguration: .disallow))

    private let timeLimit: Duration
    private let maximumBytes: Int

    /// Key sets have a few KiB.
    package init(timeLimit: Duration = .seconds(10), maximumBytes: Int = 256 << 10) {
        self.timeLimit = timeLimit
        self.maximumBytes = maximumBytes
    }

    package enum Failure: Error, Sendable, Equatable {
        case status(Int)
        case redirected
        case tooLarge
        case tooLate
    }

    package func document(at url: String) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask { try await read(url) }
            group.addTask {
                try await Task.sleep(for: timeLimit)
                throw Failure.tooLate
            }
            defer { group.cancelAll() }
            guard let bytes = try await group.next() else { throw Failure.tooLate }
            return bytes
        }
    }

    private func read(_ url: String) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "accept", value: "application/json")
        let response = try await Self.client.execute(request, timeout: .hours(1))
        guard !(300..<400).contains(response.status.code) else { throw Failure.redirected }
        guard response.status == .ok else { throw Failure.status(Int(response.status.code)) }
        var bytes: [UInt8] = []
        for try await part in response.body {
            guard part.readableBytes <= maximumBytes - bytes.count else {
                throw Failure.tooLarge
            }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }
}
