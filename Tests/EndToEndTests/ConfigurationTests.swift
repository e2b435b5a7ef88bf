import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// What the program `fleetmark-controller` is told from three places, and whom it tells what.
@Suite struct ConfigurationTests {
    private static let key = "pg_test_" + String(repeating: "5e", count: 16)

    private struct Said {
        let status: CInt
        let text: String
    }

    private static func run(
        _ arguments: [String], environment: [String: String] = [:], in folder: String
    ) async throws -> Said {
        let program = try RunningProgram(
            BuiltProducts.path(of: "fleetmark-controller"), arguments, environment: environment,
            logFile: "\(folder)/said-\(UUID().uuidString)")
        let status = try await program.wait()
        return Said(status: status, text: program.output)
    }

    private static func file(_ text: String, in folder: String) throws -> String {
        let path = folder + "/controller.yaml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    /// The words of the table's row.
    private static func row(_ key: String, _ said: Said) -> [String] {
        said.text.split(separator: "\n").first { $0.hasPrefix(key + " ") }
            .map { $0.split(separator: " ").map(String.init) } ?? []
    }

    @Test func `every setting is shown with where it came from, and no secret`() async throws {
        try await withTemporaryFolder { folder in
            let file = try Self.file(
                """
                port: 9000
                bind: 127.0.0.1
                timeout: 45
                jwt_secret: hunter2hunter2hunter2hunter2hunter2
                database_url: postgres://fleet:hunter2@db/fleet
                storage_type: postgres
                api_keys: [viewer:\(Self.key):demo]
                """, in: folder)
            let said = try await Self.run(
                ["config", "check", "--config", file, "--timeout=50", "--state-dir", folder],
                environment: ["FLEETMARK_CONTROLLER_PORT": "9001"], in: folder)
            #expect(said.status == 0, "\(said.text)")
            #expect(Self.row("port", said) == ["port", "9001", "FLEETMARK_CONTROLLER_PORT"])
            #expect(Self.row("timeout", said) == ["timeout", "50", "--timeout"])
            #expect(Self.row("bind", said) == ["bind", "127.0.0.1", "\(file),", "line", "2"])
            #expect(Self.row("jwt_secret", said).dropFirst().first == "•••")
            #expect(Self.row("api_keys", said).dropFirst().first == "viewer:•••:demo")
            #expect(Self.row("matrix_cells_max", said).last == "default")
            #expect(Self.row("plain_http", said) == ["plain_http", "false", "default"])
            #expect(Self.row("state_dir", said) == ["state_dir", folder, "--state-dir"])
            #expect(!said.text.contains("hunter2") && !said.text.contains("5e5e"))
            let json = try await Self.run(
                ["config", "check", "--config", file, "--json", "--changed"], in: folder)
            let document =
                try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any]
            let settings = try #require(document?["settings"] as? [[String: Any]])
            #expect(document?["schema"] as? String == "fleetmark.config-check.v1")
            #expect(settings.count == 7)
            #expect(settings.allSatisfy { $0["source"] as? String == "file" })
        }
    }

    struct Case: Sendable {
        let file: String
        let arguments: [String]
        let said: [String]
    }

    @Test(arguments: [
        Case(
            file: "port: 1\nlog_levl: info\n", arguments: ["config", "check"],
            said: ["controller.yaml:2:1: unknown key `log_levl`; did you mean `log_level`?"]),
        Case(
            file: "port: many\n", arguments: ["serve"],
            said: ["'many' is invalid for '--port", "--port comes from", "line 1"]),
        Case(
            file: "tls_cert: /nowhere\n", arguments: ["config"],
            said: ["--tls-cert and --tls-key belong together", "--tls-cert comes from"]),
        Case(
            file: "plain_http: true\nbind: 0.0.0.0\n", arguments: ["config"],
            said: ["--plain-http needs a loopback address or a socket"]),
        Case(
            file: "", arguments: ["serve", "--local", "--bind", "0.0.0.0"],
            said: ["--local asks nobody for credentials", "0.0.0.0:8484"]),
        Case(
            file: "", arguments: ["serve", "--local", "--storage-type", "postgres"],
            said: ["--local keeps its data in SQLite"]),
        Case(
            file: "jwt_secret_file: /nowhere/secret\n", arguments: ["serve"],
            said: ["--jwt-secret-file: there is no file /nowhere/secret"]),
        Case(
            file: "",
            arguments: ["serve", "--database-url", "host=x password=hunter2 hunter2"]
                + ["--storage-type", "postgres"],
            said: ["--database-url: it is no connection string"]),
        Case(
            file: "api_keys_command: echo hunter2\n", arguments: ["serve"],
            said: ["what the command printed: line 1 of the document is no TOML"]),
        Case(
            file: "api_keys_file: /nowhere/keys\n",
            arguments: ["config", "check", "--api-keys-env", "NO_SUCH_KEYS"],
            said: ["there is no variable NO_SUCH_KEYS"]),
        Case(
            file: "", arguments: ["serve", "--api-keys-env", "A", "--api-keys-file", "b"],
            said: ["--api-keys-file, --api-keys-env and --api-keys-command exclude each other"]),
        Case(file: "", arguments: ["serv"], said: ["serv"]),
    ])
    func `a wrong setting is told with its place, and nothing starts`(
        _ given: Case
    ) async throws {
        try await withTemporaryFolder { folder in
            let file = try Self.file(given.file, in: folder)
            var arguments = given.arguments
            if arguments != ["serv"] {
                arguments += ["--config", file, "--state-dir", folder + "/state"]
            }
            let said = try await Self.run(arguments, in: folder)
            #expect(said.status == 2, "\(said.text)")
            for part in given.said { #expect(said.text.contains(part), "\(said.text)") }
            #expect(!said.text.contains("hunter2"))
        }
    }

    @Test func `a secret is gone from the list of processes and from the environment`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let secret = String(repeating: "hush", count: 10)
            let program = try RunningProgram(
                BuiltProducts.path(of: "fleetmark-controller"),
                [
                    "serve", "--bind", "127.0.0.1", "--port", "0", "--plain-http", "--no-agents",
                    "--storage-type", "memory", "--state-dir", folder + "/state",
                    "--ready-file", folder + "/ready", "--log-format", "json",
                    "--api-keys", "admin:\(Self.key):demo",
                ], environment: ["FLEETMARK_CONTROLLER_JWT_SECRET": secret],
                logFile: folder + "/log")
            try await eventually("the controller did not start:\n\(program.output)") {
                FileManager.default.fileExists(atPath: folder + "/ready")
            }
            let process = "/proc/\(program.identifier)"
            let line = try String(contentsOfFile: process + "/cmdline", encoding: .utf8)
            #expect(line.contains("--api-keys") && line.contains("xxxx"))
            #expect(!line.contains("5e5e"))
            let variables = try String(contentsOfFile: process + "/environ", encoding: .utf8)
            #expect(variables.contains("FLEETMARK_CONTROLLER_JWT_SECRET="))
            #expect(!variables.contains("hush"))
            #expect(program.output.contains("notice: the secret in --api-keys"))
            let ready = try JSONSerialization.jsonObject(
                with: try Data(contentsOf: URL(fileURLWithPath: folder + "/ready")))
            let address = try #require((ready as? [String: Any])?["public_url"] as? String)
            try await Self.expect(200, from: address, key: Self.key)
            try await Self.expect(401, from: address, key: Self.key.replacing("5e", with: "e5"))
            #expect(try await program.end() == 0)
            #expect(!program.output.contains("5e5e") && !program.output.contains("hush"))
            let lines = program.output.split(separator: "\n").filter { $0.hasPrefix("{") }
            #expect(lines.contains { $0.contains(#""peer":"127.0.0.1""#) })
            for line in lines {
                let event = try JSONSerialization.jsonObject(with: Data(line.utf8))
                #expect((event as? [String: Any])?["message"] is String)
            }
        }
    }

    private static func expect(_ status: UInt, from address: String, key: String) async throws {
        var request = HTTPClientRequest(url: address + "/api/v1/projects/demo/baselines")
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        let reply = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        #expect(reply.status.code == status)
    }
}
