import ArgumentParser
import AsyncHTTPClient
import Database
import DatabasePostgres
import DatabaseSQLite
import Foundation
import NIOCore
import NIOHTTP1
import Statistics
import Storage

/// What baselines cost over HTTP, and that other benchmarks' versions do not add to it.
struct BaselineBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baselines",
        abstract: "Requests a second and their times, with few and with many stored versions.",
        discussion: """
            One benchmark has fifty versions; the others have as many as the line says. A real \
            controller answers, a few clients ask at once. Latest and page are of that one \
            benchmark, list is of the whole project.
            """)

    @Option(help: "Path of fleetmark-controller; beside this program by default.")
    var controller: String?
    @Option(help: "An empty PostgreSQL database, beside SQLite.")
    var postgres: String?
    @Option(help: "Versions of other benchmarks, ascending; comma separated.")
    var versions = "1000,100000"
    @Option(help: "Calls of each kind.") var calls = 2000
    @Option(help: "Clients at once.") var clients = 8

    func run() async throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program =
            controller
            ?? URL(fileURLWithPath: own).deletingLastPathComponent().path + "/fleetmark-controller"
        let sizes = versions.split(separator: ",").compactMap { Int($0) }
        guard !sizes.isEmpty, sizes == sizes.sorted(), calls > 0, clients > 0 else {
            throw ValidationError("--versions are ascending numbers; calls and clients are more")
        }
        print("store     versions  call     requests/s   median      p99")
        for store in [BaselineStock.Store.sqlite] + (postgres.map { [.postgres($0)] } ?? []) {
            try await withScratch { folder in
                let stock = BaselineStock(store: store, folder: folder)
                try await stock.prepare()
                for size in sizes {
                    try await stock.fill(to: size)
                    try await measure(stock, size, program)
                }
            }
        }
    }

    private func measure(_ stock: BaselineStock, _ size: Int, _ program: String) async throws {
        let service = try await BaselineService.start(program, on: stock)
        defer { service.stop() }
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        do {
            for kind in BaselineCall.Kind.allCases {
                let call = BaselineCall(kind, service.address, BaselineStock.key, size)
                let times = try await call.times(calls, by: clients, client)
                let busy = Double(calls) / times.elapsed
                print(
                    String(
                        format: "%-9@ %8d  %-7@ %11.0f %7.2f ms %7.2f ms",
                        stock.store.name as NSString, size, kind.rawValue as NSString, busy,
                        try Quantile.median(of: times.each) * 1e3,
                        try Quantile.value(at: 0.99, of: times.each) * 1e3))
            }
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private func withScratch(_ body: (String) async throws -> Void) async throws {
        let folder = "/tmp/fleetmark-baselines-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }
}

/// One kind of call, made many times.
struct BaselineCall {
    enum Kind: String, CaseIterable, Sendable { case upload, latest, page, list }

    private let kind: Kind
    private let address: String
    private let key: String
    private let round: Int

    init(_ kind: Kind, _ address: String, _ key: String, _ round: Int) {
        self.kind = kind
        self.address = address
        self.key = key
        self.round = round
    }

    /// Seconds: of all together, and of each from the question to the last byte of the answer.
    func times(
        _ count: Int, by clients: Int, _ client: HTTPClient
    ) async throws -> (elapsed: Double, each: [Double]) {
        let start = ContinuousClock.now
        let each = try await withThrowingTaskGroup(of: [Double].self) { group in
            for number in 0..<clients {
                group.addTask {
                    var times: [Double] = []
                    for index in stride(from: number, to: count, by: clients) {
                        times.append(try await time(index, client))
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return (seconds(since: start), each)
    }

    private func time(_ index: Int, _ client: HTTPClient) async throws -> Double {
        let request = request(index)
        let start = ContinuousClock.now
        let reply = try await client.execute(request, timeout: .seconds(60))
        let body = try await reply.body.collect(upTo: 16 << 20)
        let time = seconds(since: start)
        guard reply.status == (kind == .upload ? .created : .ok) else {
            throw ValidationError("\(kind): \(reply.status.code) \(String(buffer: body))")
        }
        return time
    }

    private func request(_ index: Int) -> HTTPClientRequest {
        let baselines = "\(address)/api/v1/projects/\(BaselineStock.project)/baselines"
        let wanted = BaselineStock.wanted
        var request: HTTPClientRequest
        switch kind {
        case .upload:
            request = HTTPClientRequest(url: baselines)
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            let body = BaselineStock.upload("uploaded-\(index % 50)", "v\(round)-\(index)")
            request.body = .bytes(Array(body.utf8))
        case .latest: request = HTTPClientRequest(url: "\(baselines)/\(wanted)/latest")
        case .page: request = HTTPClientRequest(url: "\(baselines)?benchmark=\(wanted)&limit=50")
        case .list: request = HTTPClientRequest(url: "\(baselines)?limit=50")
        }
        request.headers.add(name: "authorization", value: "Bearer \(key)")
        return request
    }

    private func seconds(since start: ContinuousClock.Instant) -> Double {
        let parts = (ContinuousClock.now - start).components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }
}
