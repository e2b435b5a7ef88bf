import ArgumentParser
import Foundation
import Glibc
import LinuxSystem

/// A controller that serves a stock of baselines.
struct BaselineService {
    let address: String
    private let process: pid_t

    private struct Ready: Decodable { let public_url: String }

    /// Starts it and waits until it says its address.
    static func start(_ program: String, on stock: BaselineStock) async throws -> BaselineService {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw ValidationError("\(program) is missing; --controller names it elsewhere")
        }
        let ready = stock.folder + "/ready.json"
        try? FileManager.default.removeItem(atPath: ready)
        let store =
            switch stock.store {
            case .sqlite: ["--storage-type", "sqlite", "--database-url", stock.database]
            case .postgres(let text): ["--storage-type", "postgres", "--database-url", text]
            }
        let process = try PlainProcess.start(
            program,
            [
                "serve", "--state-dir", stock.folder + "/state", "--bind", "127.0.0.1",
                "--port", "0", "--plain-http", "--agents-bind", "127.0.0.1",
                "--agents-port", "0", "--log-level", "error", "--ready-file", ready,
                "--calls-per-minute", "0",
                "--api-keys", "contributor:\(BaselineStock.key):\(BaselineStock.project)",
            ] + store)
        for _ in 0..<300 {
            if let data = FileManager.default.contents(atPath: ready),
                let facts = try? JSONDecoder().decode(Ready.self, from: data)
            {
                return BaselineService(address: facts.public_url, process: process)
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        kill(process, SIGKILL)
        throw ValidationError("\(program) serve did not say that it is ready")
    }

    func stop() {
        kill(process, SIGTERM)
        var status: Int32 = 0
        _ = try? retryingOnInterrupt("waitpid") { waitpid(process, &status, 0) }
    }
}
