import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// A PostgreSQL server of a test's own on loopback: TLS with its own certificate, passwords by
/// SCRAM.
struct PostgresServer {
    let port: Int

    static let password = "hush hush"

    /// The newest programs that are installed; nil where there are none.
    static let programs: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap(Int.init).max().map { "\(root)/\($0)/bin" }
    }()

    /// Begins with a port that may be taken meanwhile, and then takes another.
    private static let tries = 20

    /// Lends a server that shows the certificate; the folder is emptied by its owner.
    static func with(
        certificate: String, key: String, in folder: String,
        _ body: (PostgresServer) async throws -> Void
    ) async throws {
        let programs = try #require(programs)
        let data = folder + "/data"
        try prepare(folder, [certificate, key])
        try await run(
            [
                programs + "/initdb", "-D", data, "-U", "fleet", "-E", "UTF8", "--locale=C.UTF-8",
                "--no-sync", "--auth-local=trust", "--auth-host=scram-sha-256",
                "--pwfile=\(folder)/password",
            ], in: folder)
        for _ in 0..<tries {
            let port = Int.random(in: 20_000...60_000)
            let server = try start(programs, data, port, certificate: certificate, key: key)
            try await eventually("PostgreSQL did not start:\n\(server.output)") {
                server.hasEnded || server.output.contains("ready to accept connections")
            }
            guard !server.hasEnded else { continue }
            do {
                try await body(PostgresServer(port: port))
            } catch {
                try await server.end(SIGINT)
                throw error
            }
            try await server.end(SIGINT)
            return
        }
        Issue.record("no port was free for PostgreSQL")
    }

    private static func start(
        _ programs: String, _ data: String, _ port: Int, certificate: String, key: String
    ) throws -> RunningProgram {
        let settings = [
            "listen_addresses=127.0.0.1", "port=\(port)", "unix_socket_directories=", "fsync=off",
            "ssl=on", "ssl_cert_file=\(certificate)", "ssl_key_file=\(key)",
        ]
        let words =
            owner + [programs + "/postgres", "-D", data] + settings.flatMap { ["-c", $0] }
        return try RunningProgram(
            words[0], Array(words.dropFirst()), logFile: data + ".\(port).log")
    }

    private static func run(_ words: [String], in folder: String) async throws {
        let words = owner + words
        let program = try RunningProgram(
            words[0], Array(words.dropFirst()), logFile: folder + "/setup.log")
        let status = try await program.wait()
        #expect(status == 0, "\(program.output)")
    }

    /// The server refuses to run as root.
    private static let owner =
        geteuid() == 0
        ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []

    private static func prepare(_ folder: String, _ files: [String]) throws {
        try Data((password + "\n").utf8).write(to: URL(filePath: folder + "/password"))
        guard geteuid() == 0, let user = getpwnam("postgres") else { return }
        for path in files + [folder] { chown(path, user.pointee.pw_uid, user.pointee.pw_gid) }
        chmod(folder, 0o755)
    }
}
