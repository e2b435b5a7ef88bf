import AgentCore
import AgentProtocol
import ArgumentParser
import FoundationEssentials

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the enrolment, whether the agent runs, its spool.",
        discussion: """
            EXAMPLES
              fleetmark-agent status
              fleetmark-agent status --state-dir /srv/agent
            """)

    @OptionGroup var state: StateOptions

    func run() throws {
        let folder = try state.folder()
        let identity: AgentIdentity?
        do throws(StateFailure) {
            identity = try AgentIdentityStore(folder).load()
        } catch {
            throw ProgramFailure(error)
        }
        guard let identity else {
            throw ProgramFailure(4, "this host is not enrolled (\(folder.path))")
        }
        print("host        \(identity.hostName) \(identity.hostID)")
        print("agent       \(identity.agentID)")
        print("controller  \(identity.controller)")
        for authority in identity.authorities {
            print("authority   \(CertificateFingerprint(of: authority.bytes))")
        }
        if let certificate = AgentCertificate(pem: identity.certificate) {
            print("certificate \(certificate.serial), valid until \(certificate.expiryText)")
        }
        print("process     \(isRunning(folder) ? "running" : "not running")")
        print("version     \(Version.text)")
        let waiting = attempts(folder)
        print("spool       \(waiting.count) attempts")
        for name in waiting { print("            \(name)") }
    }

    /// Another process holds the lock as long as it lives.
    private func isRunning(_ folder: StateFolder) -> Bool {
        do throws(StateFailure) {
            _ = try StateLock(folder)
            return false
        } catch {
            return true
        }
    }

    /// Directories only; the running agent has the files open.
    private func attempts(_ folder: StateFolder) -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.spool)
        return (names ?? []).sorted()
    }
}
