import Glibc
package import LinuxSystem

/// Runs one program to its end.
package protocol ProgramRunner: Sendable {
    /// `arguments`: the program's path first.
    func run(_ arguments: [String]) throws(SystemCallFailure) -> ProgramEnding
}

package struct ProgramEnding: Sendable, Equatable {
    /// The exit status, or the negative number of a signal.
    package let status: Int32
    /// At most 4 KiB of both streams.
    package let output: String

    package init(status: Int32, output: String) {
        self.status = status
        self.output = output
    }
}

/// Stops and starts units of the service manager.
package struct ServiceControl: Sendable {
    /// Why a unit's state is not known, or not as asked.
    package struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        package let description: String

        package init(_ description: String) { self.description = description }
    }

    private let files: any KernelFiles
    private let runner: any ProgramRunner
    private let program: String

    /// `root`: where the host's tree begins; its own `systemctl` is asked.
    package init(root: String = "", files: any KernelFiles, runner: any ProgramRunner) {
        self.files = files
        self.runner = runner
        program = root + "/usr/bin/systemctl"
    }

    static let active = "active"
    static let inactive = "inactive"

    /// - Returns: `active` or `inactive`; `nil` for a unit that is not installed.
    package func state(of unit: String) throws(Refusal) -> String? {
        // sd_booted(3)
        guard files.isFolder("/run/systemd/system") else {
            guard isRunning(unit) else { return nil }
            throw Refusal("\(unit) runs, and there is no systemd to stop it with")
        }
        let ending = try call(["show", "--property=LoadState,ActiveState", unit])
        guard ending.status == 0 else { throw Refusal(words(ending, "show", unit)) }
        let lines = ending.output.split(separator: "\n")
        if lines.contains("LoadState=not-found") { return nil }
        let isActive = lines.contains { $0 == "ActiveState=active" || $0.hasSuffix("=reloading") }
        return isActive ? Self.active : Self.inactive
    }

    /// Brings the unit into the state; the caller asks what came of it.
    package func set(_ unit: String, to state: String) throws(Refusal) {
        let verb = state == Self.active ? "start" : "stop"
        let ending = try call([verb, unit])
        guard ending.status == 0 else { throw Refusal(words(ending, verb, unit)) }
    }

    /// The processors that a slice is held to, empty for all (systemd.resource-control(5)).
    ///
    /// - Returns: `nil` without a service manager, or one that holds no slices so.
    package func cpus(of slice: String) throws(Refusal) -> String? {
        guard files.isFolder("/run/systemd/system") else { return nil }
        let ending = try call(["show", "--property=AllowedCPUs", slice])
        guard ending.status == 0 else { throw Refusal(words(ending, "show", slice)) }
        let line = ending.output.split(separator: "\n").first { $0.hasPrefix("AllowedCPUs=") }
        // Ranges are told apart by blanks.
        return line.map { String($0.dropFirst("AllowedCPUs=".count).map { $0 == " " ? "," : $0 }) }
    }

    /// Until the next boot. Empty lets the slice use all again.
    package func set(_ slice: String, cpus: String) throws(Refusal) {
        let words = ["set-property", "--runtime", slice, "AllowedCPUs=\(cpus)"]
        let ending = try call(words)
        guard ending.status == 0 else { throw Refusal(self.words(ending, words[0], slice)) }
    }

    private func call(_ words: [String]) throws(Refusal) -> ProgramEnding {
        do throws(SystemCallFailure) {
            return try runner.run([program] + words)
        } catch {
            throw Refusal("systemctl cannot be run: \(error)")
        }
    }

    private func words(_ ending: ProgramEnding, _ verb: String, _ unit: String) -> String {
        let said = ending.output.split(separator: "\n").first.map { ": \($0)" } ?? ""
        return "systemctl \(verb) \(unit) ended with \(ending.status)\(said)"
    }

    /// Without a service manager: whether a process has the unit's name.
    private func isRunning(_ unit: String) -> Bool {
        let name = unit.prefix { $0 != "." }
        return files.names(in: "/proc").contains { process in
            Int(process) != nil && files.line("/proc/\(process)/comm") == String(name.prefix(15))
        }
    }
}

/// Runs programs of this host with nothing but a search path, and ends one that takes too long.
package struct HostPrograms: ProgramRunner {
    private static let patience = 30
    private static let outputLimit = 4096

    package init() {}

    package func run(_ arguments: [String]) throws(SystemCallFailure) -> ProgramEnding {
        let pipe = try OwnedDescriptor.pipe()
        let process = try start(arguments, writingTo: pipe.second.rawValue)
        let output = pipe.takeFirst()
        try output.setNonBlocking()
        let deadline = MonotonicClock.rawNanoseconds() + Int64(Self.patience) * 1_000_000_000
        var said: [UInt8] = []
        var status: Int32 = 0
        while true {
            let ended = try retryingOnInterrupt("waitpid") {
                unsafe waitpid(process, &status, WNOHANG)
            }
            if said.count < Self.outputLimit, let more = try? output.read(upTo: 4096) {
                said += more
            }
            if ended == process { break }
            if MonotonicClock.rawNanoseconds() > deadline { kill(process, SIGKILL) }
            usleep(2000)
        }
        let code = status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
        return ProgramEnding(
            status: code, output: String(decoding: said.prefix(Self.outputLimit), as: UTF8.self))
    }

    private func start(
        _ arguments: [String], writingTo output: CInt
    ) throws(SystemCallFailure) -> pid_t {
        guard let program = arguments.first else {
            throw SystemCallFailure("posix_spawn", errno: EINVAL)
        }
        var actions = unsafe posix_spawn_file_actions_t()
        guard unsafe posix_spawn_file_actions_init(&actions) == 0 else {
            throw SystemCallFailure("posix_spawn_file_actions_init", errno: ENOMEM)
        }
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
        var words = unsafe Self.copies(arguments)
        var settings = unsafe Self.copies(["PATH=/usr/sbin:/usr/bin:/sbin:/bin"])
        defer {
            unsafe words.forEach { unsafe free($0) }
            unsafe settings.forEach { unsafe free($0) }
        }
        var process: pid_t = 0
        let code = unsafe posix_spawn(&process, program, &actions, nil, &words, &settings)
        guard code == 0 else { throw SystemCallFailure("posix_spawn", path: program, errno: code) }
        return process
    }

    /// For the caller to free; ended by nothing.
    private static func copies(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        var copies: [UnsafeMutablePointer<CChar>?] = unsafe []
        for text in texts { unsafe copies.append(unsafe strdup(text)) }
        unsafe copies.append(nil)
        return unsafe copies
    }
}
