// fleetmark-controller: the entry point. Arguments, variables and a file enter; a configuration
// for `FleetmarkController`, words for people and an exit status leave.

import ArgumentParser
import FleetmarkController
import FoundationEssentials
import Glibc
import ServiceSettings

@main
enum Program {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        exit(await run(arguments, environment: ProcessInfo.processInfo.environment))
    }

    /// - Returns: the exit status.
    private static func run(
        _ arguments: [String], environment: [String: String]
    ) async -> Int32 {
        var settings = ResolvedSettings.none
        do {
            settings = try ControllerSettings.resolve(arguments, environment: environment)
            conceal(settings)
            switch try FleetmarkControllerCommand.parseAsRoot(settings.arguments) {
            case let command as CheckConfigCommand: try command.run(showing: settings)
            case var command as any AsyncParsableCommand: try await command.run()
            case var command: try command.run()
            }
            return 0
        } catch {
            return tell(error, settings)
        }
    }

    /// Secrets that others can see are hidden, and those that children would inherit are removed.
    private static func conceal(_ settings: ResolvedSettings) {
        let exposed = settings.exposedSecrets
        ProcessSecrets.hide(arguments: exposed.flatMap(\.values))
        ProcessSecrets.hide(
            variables: settings.settings.compactMap { setting in
                guard setting.isSecret, case .variable(let name) = setting.origin else {
                    return nil
                }
                return name
            })
        for setting in exposed {
            let name = setting.option.name
            OperatorWork.note(
                "the secret in --\(name) could be seen in the list of processes until now; "
                    + "\(ControllerSettings.better(than: name))")
        }
    }

    private static func tell(_ error: any Error, _ settings: ResolvedSettings) -> Int32 {
        switch error {
        case let fault as SettingFault:
            OperatorWork.complain(fault.description)
            return 2
        case let failure as StartFailure:
            OperatorWork.complain(failure.description)
            return failure.exitStatus
        default: break
        }
        let status = FleetmarkControllerCommand.exitCode(for: error)
        let message = FleetmarkControllerCommand.fullMessage(for: error)
        if status.isSuccess {
            print(message)
        } else if !message.isEmpty {
            OperatorWork.say(settings.explained(message))
        }
        return status == .validationFailure ? 2 : status.rawValue
    }
}
