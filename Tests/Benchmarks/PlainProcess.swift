import ArgumentParser
import Glibc
import LinuxSystem

/// A program started by posix_spawn(3) and waited for: what every launcher is measured against.
enum PlainProcess {
    struct Result {
        let nanoseconds: Int64
        let status: Int32
    }

    /// `output`: a file that gets standard output.
    static func run(
        _ program: String, _ arguments: [String] = [], output: String = "/dev/null"
    ) throws -> Result {
        let start = MonotonicClock.rawNanoseconds()
        let pid = try spawn(program, arguments, output)
        var status: Int32 = 0
        _ = try retryingOnInterrupt("waitpid") { waitpid(pid, &status, 0) }
        return Result(nanoseconds: MonotonicClock.rawNanoseconds() - start, status: status)
    }

    /// Starts a program that runs until it is ended.
    static func start(_ program: String, _ arguments: [String]) throws -> pid_t {
        try spawn(program, arguments, "/dev/null")
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ output: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, nil, &words, environ)
        guard code == 0 else { throw SystemCallFailure("posix_spawn", path: program, errno: code) }
        return pid
    }
}
