import Database
import FoundationEssentials
import Identity
import Logging
import TestSupport
import Testing

@testable import FleetmarkController

/// PostgreSQL over TCP: who the server is, and what is said when it is somebody else.
@Suite(.enabled(if: PostgresServer.programs != nil)) struct PostgresTLSTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A certificate for `localhost` of an authority of its own.
    private static func authority(in folder: String) async throws -> String {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let now = Composition.now()
        _ = try ServerCertificateStore(
            .ownAuthority(
                try FleetAuthorities(directory: folder, now: now), folder: folder,
                names: [try #require(ServerName("localhost"))], validity: .seconds(86_400)),
            now: now)
        return folder + "/ca.crt"
    }

    private static func failure(_ configuration: ControllerConfiguration) async -> StartFailure? {
        do {
            let composition = try await Composition.prepare(configuration, logger: logger)
            await composition.database.close()
            return nil
        } catch {
            return StartFailure(error, listening: "")
        }
    }

    @Test func `a server is known by its certificate, and the role by its password`() async throws {
        try await withTemporaryFolder { folder in
            let (own, other) = (folder + "/own", folder + "/other")
            let root = try await Self.authority(in: own)
            let stranger = try await Self.authority(in: other)
            let server = folder + "/server"
            try FileManager.default.createDirectory(
                atPath: server, withIntermediateDirectories: false)
            let files = (certificate: server + "/server.crt", key: server + "/server.key")
            try FileManager.default.copyItem(atPath: own + "/server.crt", toPath: files.certificate)
            try FileManager.default.copyItem(atPath: own + "/server.key", toPath: files.key)
            try await PostgresServer.with(
                certificate: files.certificate, key: files.key, in: server
            ) { server in
                try await Self.tryAll(server, folder, root: root, stranger: stranger)
            }
        }
    }

    /// How the connection is secured.
    private static func protocols(
        of configuration: ControllerConfiguration, in folder: String
    ) async throws -> [String] {
        let database = try await Composition.open(
            configuration, in: StateFolder(path: folder + "/state"))
        let found = try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT CAST(version AS TEXT) AS version FROM pg_stat_ssl
                WHERE pid = pg_backend_pid() AND ssl
                """
            ).map { try $0.text("version") }
        }
        await database.close()
        return found
    }

    private static func tryAll(
        _ server: PostgresServer, _ folder: String, root: String, stranger: String
    ) async throws {
        let password = folder + "/password"
        func configuration(
            host: String = "localhost", root: String, password text: String
        ) throws -> ControllerConfiguration {
            try Data((text + "\n").utf8).write(to: URL(filePath: password))
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: password)
            var configuration = ControllerConfiguration(
                stateDirectory: "\(folder)/\(UUID().uuidString)")
            configuration.store = .postgres(
                "host=\(host) hostaddr=127.0.0.1 port=\(server.port) user=fleet dbname=postgres "
                    + "sslmode=verify-full sslrootcert=\(root)")
            configuration.pool.passwordFile = password
            return configuration
        }
        let good = try configuration(root: root, password: PostgresServer.password)
        #expect(try await protocols(of: good, in: folder) == ["TLSv1.3"])
        #expect(await failure(good)?.description == nil)
        let foreign = await failure(
            try configuration(root: stranger, password: PostgresServer.password))
        #expect(foreign?.kind == .database)
        #expect(foreign?.description.contains("certificate verify failed") == true)
        #expect(foreign?.description.contains("sslrootcert") == true)
        let elsewhere = await failure(
            try configuration(
                host: "db.example.org", root: root, password: PostgresServer.password))
        #expect(elsewhere?.description.contains("does not match host name") == true)
        let missing = await failure(
            try configuration(root: folder + "/none", password: PostgresServer.password))
        #expect(missing?.description.contains(folder + "/none") == true)
        let wrong = await failure(try configuration(root: root, password: "shush shush"))
        #expect(
            wrong?.description.contains("password authentication failed") == true,
            "\(wrong?.description ?? "")")
        #expect(wrong?.description.contains("shush") == false)
    }
}
