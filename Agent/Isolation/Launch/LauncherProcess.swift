import Glibc
import LinuxSystem

/// A started `fleetmark-launch` with the agent's ends of its channels.
struct LauncherProcess: ~Copyable {
    /// One full pipe is what a target can write while nobody reads.
    private static let pipeBytes: CInt = 1 << 20
    /// F_SETPIPE_SZ of linux/fcntl.h, which Glibc's module lacks.
    private static let setPipeSize: CInt = 1031
    /// Above all numbers that the launcher expects, so that none is overwritten on the way.
    private static let firstFreeDescriptor: CInt = 32

    let pid: pid_t
    let control: OwnedDescriptor
    let output: OwnedDescriptor
    let error: OwnedDescriptor

    /// `plan`: the launcher's binary form.
    static func spawn(
        programPath: String, plan: [UInt8], input: StandardInput, group: RunGroup? = nil
    ) throws(LaunchFailure) -> LauncherProcess {
        let file = try opened(input)
        do throws(SystemCallFailure) {
            let control = try OwnedDescriptor.sockets(.packets)
            let output = try OwnedDescriptor.pipe()
            let error = try OwnedDescriptor.pipe()
            for number in [output.first.rawValue, error.first.rawValue] {
                // Less is slower, not wrong: the kernel may refuse beyond a user's share.
                _ = fcntl(number, setPipeSize, pipeBytes)
            }
            try output.first.setNonBlocking()
            try error.first.setNonBlocking()
            try control.first.setNonBlocking()
            let blob = try OwnedDescriptor.sockets(.stream)
            let pid = try start(
                programPath,
                handing: [
                    file.rawValue, output.second.rawValue, error.second.rawValue,
                    control.second.rawValue, blob.second.rawValue,
                    group?.leafNumber ?? file.rawValue,
                ] + (group?.entrances ?? []))
            // With the other end closed here, a launcher that reads no more fails the writing.
            Self.write(plan, to: blob.takeFirst())
            return LauncherProcess(
                pid: pid, control: control.takeFirst(), output: output.takeFirst(),
                error: error.takeFirst())
        } catch {
            guard error.call != "posix_spawn" || ![ENOENT, EACCES].contains(error.errno) else {
                throw .launcherMissing(programPath)
            }
            throw .systemCall(error)
        }
    }

    /// Tells the launcher what to do with the tree; one that has ended hears nothing.
    borrowing func send(_ command: EndingRules.Command) {
        let number = control.rawValue
        var word = command.rawValue
        _ = unsafe Glibc.send(number, &word, 4, CInt(MSG_NOSIGNAL))
    }

    /// One packet from the launcher.
    ///
    /// - Returns: `nil` while there is none; empty when the launcher has closed its end.
    borrowing func receive() throws(SystemCallFailure) -> [UInt8]? {
        var packet = [UInt8](repeating: 0, count: LauncherReport.receiveBytes)
        let number = control.rawValue
        while true {
            let count = unsafe recv(number, &packet, packet.count, 0)
            if count >= 0 { return Array(packet.prefix(count)) }
            switch errno {
            // A launcher that ended before it read our last command resets the socket; the error
            // comes before the records that it had sent, and only once.
            case EINTR, ECONNRESET: continue
            case EAGAIN: return nil
            case let code: throw SystemCallFailure("recv", errno: code)
            }
        }
    }

    /// Closes the control socket, which ends the tree, and reaps the launcher.
    ///
    /// - Returns: its wait status.
    consuming func end() -> Int32 {
        shutdown(control.rawValue, CInt(SHUT_RDWR))
        var status: Int32 = 0
        let number = pid
        do throws(SystemCallFailure) {
            _ = try retryingOnInterrupt("waitpid") { unsafe waitpid(number, &status, 0) }
        } catch {
            return -error.errno
        }
        return status
    }

    /// The launcher reads to the end before it does anything else. One that died meanwhile is
    /// noticed on the control socket.
    private static func write(_ plan: [UInt8], to socket: borrowing OwnedDescriptor) {
        let number = socket.rawValue
        var offset = 0
        while offset < plan.count {
            let sent = try? retryingOnInterrupt("send") {
                unsafe plan.withUnsafeBytes { all in
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: all[offset...])
                    return unsafe Glibc.send(
                        number, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
                }
            }
            guard let sent else { return }
            offset += sent
        }
    }

    private static func opened(_ input: StandardInput) throws(LaunchFailure) -> OwnedDescriptor {
        do throws(SystemCallFailure) {
            return try open(input)
        } catch {
            throw .inputRefused(error)
        }
    }

    private static func open(_ input: StandardInput) throws(SystemCallFailure) -> OwnedDescriptor {
        guard case .file(let path, let owner) = input else {
            return try OwnedDescriptor.open("/dev/null", O_RDONLY)
        }
        // Without O_NONBLOCK a pipe by this name would hold the agent up.
        let file = try OwnedDescriptor.openWithoutLinks(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        var facts = stat()
        let number = file.rawValue
        _ = try retryingOnInterrupt("fstat", path: path) { unsafe fstat(number, &facts) }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw SystemCallFailure("open", path: path, errno: EINVAL)
        }
        guard facts.st_uid == owner else {
            throw SystemCallFailure("open", path: path, errno: EACCES)
        }
        return file
    }

    /// `handing`: descriptors that become 0, 1, 2, … of the launcher.
    private static func start(
        _ program: String, handing: [CInt]
    ) throws(SystemCallFailure) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        try checked("posix_spawn_file_actions_init") {
            unsafe posix_spawn_file_actions_init(&actions)
        }
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        var lifted: [CInt] = []
        defer { for number in lifted { close(number) } }
        for (target, source) in handing.enumerated() {
            let copy = try retryingOnInterrupt("fcntl F_DUPFD_CLOEXEC") {
                fcntl(source, F_DUPFD_CLOEXEC, firstFreeDescriptor)
            }
            lifted.append(copy)
            try checked("posix_spawn_file_actions_adddup2") {
                unsafe posix_spawn_file_actions_adddup2(&actions, copy, CInt(target))
            }
        }
        guard let name = unsafe strdup("fleetmark-launch") else {
            throw SystemCallFailure("strdup", errno: ENOMEM)
        }
        defer { unsafe free(name) }
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [name, nil]
        var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
        var pid: pid_t = 0
        try checked("posix_spawn", program) {
            unsafe posix_spawn(&pid, program, &actions, nil, &arguments, &environment)
        }
        return pid
    }

    private static func checked(
        _ call: String, _ path: String? = nil, _ body: () -> CInt
    ) throws(SystemCallFailure) {
        let code = body()
        guard code == 0 else { throw SystemCallFailure(call, path: path, errno: code) }
    }
}
