import Dispatch
import Foundation
import Glibc
import Synchronization

/// One program that a test started, with all it says in a file.
package final class RunningProgram: Sendable {
    /// How long a program may take to end after a signal.
    private static let patience = Duration.seconds(120)

    package let logFile: String
    private let process: pid_t
    private let ending = Mutex<CInt?>(nil)

    package init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:],
        logFile: String
    ) throws {
        self.logFile = logFile
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, 1, logFile, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var variables = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"]
        variables.merge(environment) { $1 }
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + settings { free(word) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, path, &actions, nil, &words, &settings)
        guard code == 0 else { throw ProgramProblem("cannot start \(path): error \(code)") }
        self.process = process
    }

    package var output: String {
        String(decoding: FileManager.default.contents(atPath: logFile) ?? Data(), as: UTF8.self)
    }

    /// The process, for a look at what others see of it.
    package var identifier: Int32 { process }

    package var hasEnded: Bool { reap() != nil }

    package func send(_ signal: CInt) {
        ending.withLock { if $0 == nil { kill(process, signal) } }
    }

    /// Sends the signal and waits for the end.
    ///
    /// Returns: the exit status, or the negative number of the signal that ended it.
    @discardableResult
    package func end(_ signal: CInt = SIGTERM) async throws -> CInt {
        send(signal)
        return try await wait()
    }

    /// Waits for the end; a program that takes too long is killed, and that is an error.
    @discardableResult
    package func wait() async throws -> CInt {
        let clock = ContinuousClock()
        let deadline = clock.now + Self.patience
        while clock.now < deadline {
            if let status = reap() { return status }
            try await Task.sleep(for: .milliseconds(10))
        }
        send(SIGKILL)
        throw ProgramProblem(
            "\(logFile): the program did not end; it said:\n\(output.suffix(2000))")
    }

    private func reap() -> CInt? {
        ending.withLock { ending in
            if let ending { return ending }
            var status: CInt = 0
            guard waitpid(process, &status, WNOHANG) == process else { return nil }
            ending = status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
            return ending
        }
    }

    deinit {
        guard reap() == nil else { return }
        kill(process, SIGKILL)
        var status: CInt = 0
        waitpid(process, &status, 0)
    }
}

/// A program that does not start, or does not end.
package struct ProgramProblem: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
