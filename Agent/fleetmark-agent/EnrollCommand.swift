import AgentCore
import AgentProtocol
import ArgumentParser
import Glibc
import HostFacts
import Logging

struct EnrollCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll", abstract: "Join this host to a fleet with a one-time token.",
        discussion: """
            The token is read from a file, from standard input (-), or from
            FLEETMARK_ENROLL_TOKEN. The controller must prove that it belongs to the authority
            whose fingerprint you give before the token is sent. The private key is made here and
            never leaves this host; the fleet certifies it for thirty days, and a running agent
            renews it by itself.

            EXAMPLES
              fleetmark-agent enroll https://fleet.example:8443 --token-file - \\
                  --ca-fingerprint SHA256:0f1e… < token.txt
              fleetmark-agent enroll https://fleet.example:8443 --token-file token.txt \\
                  --ca-fingerprint SHA256:0f1e… --name bench-07
            """)

    @Argument(help: "Address of the controller's listener for agents.")
    var url: String

    @Option(help: "File with the token, or - for standard input.")
    var tokenFile: String?

    @Option(help: "SHA-256 fingerprint of the controller's authority, 64 hexadecimal digits.")
    var caFingerprint: String?

    @Option(help: "Name of this host in the fleet. (default: its host name)")
    var name: String?

    @Flag(help: "Replace an identity that this host has already.")
    var force = false

    @OptionGroup var state: StateOptions

    func run() async throws {
        guard let address = ControllerAddress(url) else {
            throw ProgramFailure(2, "'\(url)' is no https:// address")
        }
        let fingerprint = try fingerprint()
        let folder = try state.folder()
        let store = AgentIdentityStore(folder)
        let host: HostIdentity
        do {
            try folder.make()
            if !force, try store.load() != nil {
                throw ProgramFailure(4, "this host is enrolled already; --force replaces that")
            }
            host = try HostReader(digest: AgentDigest.hexadecimal).identity(name: name)
        } catch let failure as StateFailure {
            throw ProgramFailure(failure)
        } catch let failure as HostFactFailure {
            throw ProgramFailure(4, failure.description)
        }
        let result = try await join(address, fingerprint, host, folder)
        do throws(StateFailure) {
            try PendingEnrolment.end(with: result.identity, in: folder)
        } catch {
            throw ProgramFailure(error)
        }
        print("enrolled as \(host.name), agent \(result.identity.agentID), \(result.hostState)")
    }

    private func fingerprint() throws -> CertificateFingerprint {
        guard let caFingerprint else {
            throw ProgramFailure(
                2, "--ca-fingerprint is needed; `fleetmark-controller ca show` prints it")
        }
        guard let fingerprint = CertificateFingerprint(caFingerprint) else {
            throw ProgramFailure(2, "--ca-fingerprint is not SHA256: and 64 hexadecimal digits")
        }
        return fingerprint
    }

    private func join(
        _ address: ControllerAddress, _ fingerprint: CertificateFingerprint, _ host: HostIdentity,
        _ folder: StateFolder
    ) async throws -> Enrolment.Result {
        let token = try token()
        let enrolment = Enrolment(
            address: address, token: token, fingerprint: fingerprint, agentVersion: Version.text)
        let pending: PendingEnrolment
        do throws(StateFailure) {
            pending = try PendingEnrolment.of(token, in: folder)
        } catch {
            throw ProgramFailure(error)
        }
        do throws(CallFailure) {
            return try await enrolment.run(
                host: host, with: pending, pause: { try await Task.sleep(for: $0) },
                policy: CallRetry(random: { .random(in: 0..<1) }),
                logger: Logger(label: "fleetmark.agent"))
        } catch {
            throw ProgramFailure(error)
        }
    }

    private func token() throws -> Secret {
        var text = StateOptions.variable("FLEETMARK_ENROLL_TOKEN") ?? ""
        unsetenv("FLEETMARK_ENROLL_TOKEN")
        if let tokenFile { text = try Self.firstLine(of: tokenFile) }
        let token = text.filter { !$0.isWhitespace }
        guard !token.isEmpty else {
            throw ProgramFailure(2, "no token: give --token-file or FLEETMARK_ENROLL_TOKEN")
        }
        return Secret(token)
    }

    private static func firstLine(of path: String) throws -> String {
        let file = path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw ProgramFailure(2, "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 4096, !bytes.contains(10) {
            let count = read(file, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
    }
}
