import AgentProtocol
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// Each limit is a setting of `serve`, and what it says is what happens.
@Suite struct LimitTests {
    private static let key = "pg_test_" + String(repeating: "6f", count: 16)
    private static let commit = String(repeating: "1", count: 40)

    /// A controller in memory, over plain HTTP.
    private struct Site {
        let address: String
        let folder: String

        var port: String { String(address.split(separator: ":").last ?? "") }

        func call(
            _ path: String, method: HTTPMethod = .GET, key: String? = LimitTests.key,
            headers: HTTPHeaders = [:], bytes: Int? = nil
        ) async throws -> HTTPClientResponse {
            var request = HTTPClientRequest(url: address + path)
            request.method = method
            request.headers = headers
            if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
            if let bytes {
                request.headers.add(name: "Content-Type", value: "application/json")
                request.body = .bytes(ByteBuffer(repeating: UInt8(ascii: " "), count: bytes))
            }
            return try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        }

        func makeProject() async throws {
            var request = HTTPClientRequest(url: address + "/api/v1/projects")
            request.method = .POST
            request.headers.add(name: "Authorization", value: "Bearer \(LimitTests.key)")
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: #"{"name": "demo"}"#))
            let reply = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
            #expect(reply.status == .created)
        }

        /// What comes until the controller closes, when only this is sent.
        func answer(to text: String) async throws -> String {
            let script = #"exec 3<>/dev/tcp/127.0.0.1/$0; printf "$1" >&3; cat <&3"#
            let program = try RunningProgram(
                "/bin/bash", ["-c", script, port, text],
                logFile: "\(folder)/said-\(UUID().uuidString)")
            _ = try await program.wait()
            return program.output
        }
    }

    private static func serve(
        _ arguments: [String], _ body: (Site) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let ready = folder + "/ready"
            let program = try RunningProgram(
                BuiltProducts.path(of: "fleetmark-controller"),
                [
                    "serve", "--bind", "127.0.0.1", "--port", "0", "--plain-http", "--no-agents",
                    "--storage-type", "memory", "--state-dir", folder + "/state",
                    "--ready-file", ready, "--api-keys", "admin:\(key):demo",
                ] + arguments, logFile: folder + "/log")
            try await eventually("the controller did not start:\n\(program.output)") {
                FileManager.default.fileExists(atPath: ready)
            }
            let facts = try JSONSerialization.jsonObject(
                with: try Data(contentsOf: URL(fileURLWithPath: ready)))
            let address = try #require((facts as? [String: Any])?["public_url"] as? String)
            do {
                try await body(Site(address: address, folder: folder))
            } catch {
                try await program.end()
                throw error
            }
            try await program.end()
        }
    }

    @Test func `bodies, heads and addresses may be so large`() async throws {
        let limits = [
            "--body-mib", "1", "--patch-body-mib", "3", "--results-body-mib", "5",
            "--header-kib", "2", "--header-fields", "20", "--address-kib", "1",
        ]
        try await Self.serve(limits) { site in
            try await site.makeProject()
            let project = "/api/v1/projects/demo"
            let places = [(project + "/comparisons", 1), (project + "/runs", 3)]
            for (path, mebibytes) in places + [(project + "/results", 5)] {
                let limit = mebibytes << 20
                let large = try await site.answer(to: Self.announcement(of: limit + 1, to: path))
                #expect(large.hasPrefix("HTTP/1.1 413"), "\(path): \(large)")
                #expect(large.contains("\"limit_bytes\":\(limit)"), "\(large)")
                // White space is no JSON: it was read, and there was nothing in it.
                let fits = try await site.call(path, method: .POST, bytes: limit)
                #expect(fits.status != .payloadTooLarge, "\(path)")
            }
            let field: HTTPHeaders = ["X-Long": String(repeating: "x", count: 3000)]
            let long = try await site.call("/health", headers: field)
            #expect(long.status == .badRequest)
            var many = HTTPHeaders()
            for number in 0..<25 { many.add(name: "X-Field-\(number)", value: "1") }
            #expect(try await site.call("/health", headers: many).status == .badRequest)
            let address = try await site.call("/health?" + String(repeating: "x", count: 1100))
            #expect(address.status == .badRequest)
            #expect(try await site.call("/health").status == .ok)
        }
    }

    @Test func `a credential and an address may call so often`() async throws {
        let limits = [
            "--calls-per-minute", "2", "--anonymous-calls-per-minute", "1", "--call-burst", "3",
        ]
        try await Self.serve(limits) { site in
            for left in [2, 1, 0] {
                let reply = try await site.call("/api/v1/projects")
                #expect(reply.status == .ok)
                #expect(reply.headers.first(name: "RateLimit-Limit") == "3")
                #expect(reply.headers.first(name: "RateLimit-Remaining") == "\(left)")
                #expect(reply.headers.first(name: "RateLimit-Reset") != nil)
            }
            let refused = try await site.call("/api/v1/projects")
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers.first(name: "RateLimit-Remaining") == "0")
            let wait = refused.headers.first(name: "Retry-After").flatMap { Int($0) } ?? 0
            #expect((1...30).contains(wait))
            let text = String(buffer: try await refused.body.collect(upTo: 1 << 16))
            #expect(text.contains(#""reason":"rate_limited""#), "\(text)")
            // Without a credential it is the address that calls, on pages as well.
            for path in ["/", "/api/v1/projects", "/"] {
                #expect(try await site.call(path, key: nil).status == .ok, "\(path)")
            }
            for path in ["/", "/api/v1/projects"] {
                let reply = try await site.call(path, key: nil)
                #expect(reply.status == .tooManyRequests, "\(path)")
            }
            // What monitors ask is never refused.
            #expect(try await site.call("/health", key: nil).status == .ok)
        }
    }

    /// The head of a call whose body never comes, as `printf` writes it.
    private static func announcement(of bytes: Int, to path: String) -> String {
        #"POST \#(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"#
            + #"Authorization: Bearer \#(key)\r\nContent-Type: application/json\r\n"#
            + #"Content-Length: \#(bytes)\r\n\r\n"#
    }

    @Test func `a head and an upload may take so long`() async throws {
        let limits = ["--head-timeout", "1", "--timeout", "1", "--upload-timeout", "1"]
        try await Self.serve(limits) { site in
            let silent = try await site.answer(to: "")
            #expect(silent.hasPrefix("HTTP/1.1 408"), "\(silent)")
            try await site.makeProject()
            let upload = try await site.answer(
                to: Self.announcement(of: 100, to: "/api/v1/projects/demo/results") + "{")
            #expect(upload.hasPrefix("HTTP/1.1 503"), "\(upload)")
            #expect(upload.contains("request_timeout"), "\(upload)")
        }
    }

    @Test func `who waits and who watches may do so for so long, and so many times`()
        async throws
    {
        try await TestFleet.lend { fleet in
            _ = try await fleet.commit()
            let hanging = try await fleet.commit(.hang)
            try await fleet.addProject()
            let run = try await fleet.triggerRun(of: hanging)
            try await fleet.endController()
            try await fleet.restartController(environment: [
                "FLEETMARK_CONTROLLER_LONG_POLL_MAX": "1",
                "FLEETMARK_CONTROLLER_STREAMS_PER_USER": "1",
            ])
            let revision = try #require(try await fleet.api.get("/runs/\(run)")["revision"])
            let began = ContinuousClock.now
            let held = try await fleet.api.call(
                "GET", "/runs/\(run)?wait_s=50&after=\(revision.wholeNumber ?? -1)")
            #expect(held.status == 204)
            #expect(began.duration(to: .now) < .seconds(40))
            try await fleet.join()
            try await eventually("nobody took the job") {
                try await !fleet.attempts(of: run).isEmpty
            }
            let attempt = try await fleet.attempts(of: run)[0]["id"]?.text ?? ""
            let first = try await fleet.api.open("/attempts/\(attempt)/log/events")
            #expect(first.status == .ok)
            let second = try await fleet.api.call("GET", "/attempts/\(attempt)/log/events")
            #expect(second.status == 429 && second.reason == "too_many_streams", "\(second)")
            // The stream is there until somebody has read it.
            for try await _ in first.body { break }
        }
    }
}
