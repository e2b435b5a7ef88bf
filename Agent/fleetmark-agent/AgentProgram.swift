// fleetmark-agent: flags and wiring. What it does is in AgentCore, BenchmarkRunner and below.

import AgentCore
import ArgumentParser
import Glibc
import Logging

/// The entry: one exit status table for all programs (DESIGN, 3.20).
@main
struct AgentProgram {
    static func main() async {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        do {
            var command = try FleetmarkAgent.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as ProgramFailure {
            failure.print()
            exit(failure.status)
        } catch {
            end(error)
        }
    }

    private static func end(_ error: any Error) -> Never {
        let code = FleetmarkAgent.exitCode(for: error)
        let text = FleetmarkAgent.fullMessage(for: error)
        if code.isSuccess {
            print(text)
            exit(0)
        }
        if !text.isEmpty { ProgramFailure.write(text + "\n") }
        exit(code == .validationFailure ? 2 : code.rawValue)
    }
}

struct FleetmarkAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleetmark-agent",
        abstract: "Runs the jobs of a Fleetmark controller on this host.",
        discussion: """
            EXAMPLES
              fleetmark-agent enroll https://fleet.example:8443 --token-file token.txt \\
                  --ca-fingerprint SHA256:0f1e…
              fleetmark-agent run --allow-repository 'https://git.example.org/*'
              fleetmark-agent local --against main
              fleetmark-agent doctor
              fleetmark-agent tune --dry-run
              fleetmark-agent status

            EXIT STATUS
              0 done, or ended by SIGTERM; 2 usage; 3 done in part, or with limits; 4
              failed or refused; 6 controller not reachable or not signed in.
            """,
        version: Version.text,
        subcommands: [
            EnrollCommand.self, RunCommand.self, LocalCommand.self, DoctorCommand.self,
            TuneCommand.self, StatusCommand.self,
        ])
}

enum Version {
    static let text = "0.1.0"
}

/// An end other than success, with what to say.
struct ProgramFailure: Error {
    let status: Int32
    let message: String

    init(_ status: Int32, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ failure: StateFailure) { self.init(4, failure.description) }

    init(_ failure: CallFailure) {
        let status: Int32 =
            switch failure {
            case .transport: 6
            case .refused(let refusal) where refusal.status >= 500: 6
            case .refused, .malformed, .cancelled: 4
            }
        self.init(status, failure.description)
    }

    func print() { Self.write("error: \(message)\n") }

    static func write(_ text: String) { write(Array(text.utf8), to: 2) }

    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
