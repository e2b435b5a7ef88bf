import APIContract
import Database
import Hummingbird
import HummingbirdTesting
import Logging
import TestSupport
import Testing

@testable import FleetmarkController
@testable import WebSupport

/// A controller of its own for one test, composed as `serve` does it, over one of the stores; its
/// public surface is called in process.
struct ServiceFixture: Sendable {
    let composition: Composition
    let client: any TestClientProtocol

    var database: any Database { composition.database }

    static func with(
        _ backend: TestBackend,
        configure: @Sendable (inout ControllerConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (ServiceFixture) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            var configuration = ControllerConfiguration(stateDirectory: folder + "/state")
            // All clients of a test have one address, and some a wrong key.
            configuration.publicListener.wrongKeysPerMinute = 0
            configuration.limits.callsPerMinute = 0
            configuration.limits.anonymousCallsPerMinute = 0
            for flag in Client.allCases.compactMap(\.flag) {
                try configuration.credentials.add(key: flag)
            }
            configure(&configuration)
            switch backend {
            case .memory: try await run(configuration, on: .memory, body)
            case .sqlite: try await run(configuration, on: .sqliteInState, body)
            case .postgres:
                let given = configuration
                try await TestPostgres.withEmptyDatabase {
                    try await run(given, on: .postgres($0), body)
                }
            }
        }
    }

    private static func run(
        _ configuration: ControllerConfiguration, on store: ControllerConfiguration.Store,
        _ body: @escaping @Sendable (ServiceFixture) async throws -> Void
    ) async throws {
        var configuration = configuration
        configuration.store = store
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        let composition = try await Composition.prepare(configuration, logger: logger)
        let addresses = ReachableAddresses()
        addresses.set(.init(pages: "https://fleetmark.example.org", agents: ""))
        do {
            let responder = try PublicSurface(
                composition: composition, addresses: addresses, meter: CallMeter(), version: "9.9"
            ).responder()
            try await Application(responder: responder, logger: logger).test(.router) { client in
                try await body(ServiceFixture(composition: composition, client: client))
            }
        } catch {
            await composition.database.close()
            throw error
        }
        await composition.database.close()
    }
}

extension ServiceFixture {
    /// Calls below `/api/v1`, with a JSON body where there is one.
    func call(
        _ method: HTTPRequest.Method, _ path: String, as caller: Client = .admin,
        _ body: JSONValue? = nil
    ) async throws -> Reply {
        try await send(method, path, as: caller, body?.text)
    }

    /// The same with a body that may be no JSON.
    func send(
        _ method: HTTPRequest.Method, _ path: String, as caller: Client = .admin,
        _ text: String?, type: String? = "application/json"
    ) async throws -> Reply {
        var headers = HTTPFields()
        if text != nil { headers[.contentType] = type }
        headers[.authorization] = caller.header
        let response = try await client.executeRequest(
            uri: "/api/v1" + path, method: method, headers: headers,
            body: text.map { ByteBuffer(string: $0) })
        let check = try await DescriptionCheck.shared(by: "\(composition.configuration.mode)") {
            try PublicSurface(
                composition: composition, addresses: ReachableAddresses(), meter: CallMeter(),
                version: "9.9"
            ).responder()
        }
        let faults = check.faults(
            of: .init(
                method.rawValue, "/api/v1" + path,
                text.flatMap { try? JSONParser.parse(Array($0.utf8)) },
                status: response.status.code, mediaType: response.headers[.contentType],
                reply: Array(response.body.readableBytesView)))
        #expect(faults == [])
        return Reply(response)
    }

    func get(_ path: String, as caller: Client = .admin) async throws -> Reply {
        try await call(.get, path, as: caller)
    }

    /// A stored baseline of the project `demo`; the version is its name.
    @discardableResult
    func upload(
        _ benchmark: String, _ version: String, wall: UInt64 = 100, tags: [JSONValue] = [],
        to project: String = "demo"
    ) async throws -> Reply {
        let reply = try await call(
            .post, "/projects/\(project)/baselines",
            Sample.upload(benchmark, version, wall: wall, tags: tags))
        guard reply.status == 201 else { throw Unexpected("\(reply.status) \(reply.text)") }
        return reply
    }

    /// Puts rows back in time.
    func age(_ table: String, byDays days: Int64, where condition: String = "1 = 1") async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            _ = try connection.execute(
                "UPDATE \(table) SET created_us = created_us - $1 WHERE \(condition)",
                [.integer(days * 86_400_000_000)])
        }
    }

    func count(_ table: String) async throws -> Int64 {
        try await database.transaction(.read) { connection in
            try connection.query("SELECT count(*) AS rows_there FROM \(table)").first?
                .integer("rows_there") ?? -1
        }
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
