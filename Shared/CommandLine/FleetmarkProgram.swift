// CommandLine: the program `fleetmark`, one file per command.
// Enters: arguments and the surroundings of a process. Leaves: an answer on standard output,
// words for people on standard error, and an exit status. What a command shows comes from the
// public API; `check` and `parse` need no controller.

import ArgumentParser
import Glibc

/// The program, but for its process.
package enum FleetmarkProgram {
    /// Runs one command to its end. With `watchesSignals` SIGINT and SIGTERM cancel it; only for a
    /// process that is this program.
    package static func run(
        _ given: [String], in surroundings: Surroundings, watchesSignals: Bool = false
    ) async -> CommandStatus {
        let asJSON = given.prefix { $0 != "--" }.contains("--json")
        let work = Task { await end(given, surroundings, asJSON) }
        let watch =
            watchesSignals ? SignalWatch(surroundings.signals, cancelling: work) : nil
        let status = await work.value
        watch?.end()
        return status
    }

    /// Runs to an end, and says why if it was no good one.
    private static func end(
        _ given: [String], _ surroundings: Surroundings, _ asJSON: Bool
    ) async -> CommandStatus {
        do {
            return try await perform(given, surroundings)
        } catch is CancellationError {
            return surroundings.signals.status
        } catch OutputFailure.closed {
            return .done
        } catch let ended as LocalAgentEnded {
            return ended.status
        } catch {
            let failure = failure(error)
            try? surroundings.notices.write(asJSON ? failure.json : failure.text)
            return failure.status
        }
    }

    private static func failure(_ error: any Error) -> CommandFailure {
        if let failure = error as? CommandFailure { return failure }
        if case .failed(let code) = error as? OutputFailure {
            return CommandFailure(
                .failed, "output", "the answer could not be written",
                why: String(cString: strerror(code)))
        }
        return CommandFailure(.failed, "unexpected", "the command failed", why: "\(error)")
    }

    private static func perform(
        _ given: [String], _ surroundings: Surroundings
    ) async throws -> CommandStatus {
        let words = CommandWords(given, root: FleetmarkCommand.self)
        if let unknown = words.unknown {
            throw CommandFailure.usage(
                "there is no command `\(unknown.word)`",
                try: NearMiss.of(unknown.word, among: unknown.known).map {
                    (["fleetmark"] + words.path + [$0]).joined(separator: " ")
                } ?? "one of \(unknown.known.joined(separator: ", "))")
        }
        let isShort = words.arguments.prefix { $0 != "--" }.contains("-h")
        let help = HelpText(width: surroundings.terminal.width, isShort: isShort)
        do {
            var command = try FleetmarkCommand.parseAsRoot(words.arguments)
            if let command = command as? any SessionCommand {
                let settings = try Settings(command.common, surroundings)
                return try await command.run(
                    in: Session(settings: settings, surroundings: surroundings))
            }
            try command.run()
            return .done
        } catch let error where FleetmarkCommand.exitCode(for: error).isSuccess {
            try surroundings.answer.write(help.text(error))
            return .done
        } catch let error where HelpText.isFromParser(error) {
            throw CommandFailure.usage(
                FleetmarkCommand.message(for: error).asMessage,
                try: (["fleetmark"] + words.path + ["--help"]).joined(separator: " "))
        }
    }
}
