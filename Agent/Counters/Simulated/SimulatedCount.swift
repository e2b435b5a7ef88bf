import Glibc
import LinuxSystem

/// What the processes of one execution counted together.
package struct SimulatedCount: Sendable, Equatable {
    package let instructions: UInt64
    /// Those that left a count.
    package let processes: Int
    /// Processes that began and left no count, because they were killed: with one, the sum is too
    /// small.
    package let unfinished: Int
    /// Processes made by fork without exec. Cachegrind lets them go on from their parent's count,
    /// so what the parent did before is in the sum again: the same each time, but too much.
    package let forkedCopies: Int

    package init(instructions: UInt64, processes: Int, unfinished: Int, forkedCopies: Int) {
        self.instructions = instructions
        self.processes = processes
        self.unfinished = unfinished
        self.forkedCopies = forkedCopies
    }
}

/// The folder that `CachegrindTool.command` had filled. The program's user owns it: nothing in it
/// is followed, and everything has a bound.
package struct SimulatedCounts: Sendable {
    package static let processLimit = 10_000
    private static let fileLimitBytes = 256 << 20
    private static let logLimitBytes = 1 << 20

    private let folder: String

    /// `folder`: absolute, without links.
    package init(folder: String) { self.folder = folder }

    /// Whether a process met an instruction that the tool does not know. Only after the whole tree
    /// has ended.
    package var metUnknownInstruction: Bool {
        let begun = (try? processes(CachegrindTool.logName)) ?? []
        return begun.contains { process in
            (try? text(ofLog: process))?.contains(Self.unknownInstruction) ?? false
        }
    }

    private static let unknownInstruction = "unhandled instruction"

    /// Sums up all processes; only after the whole tree has ended.
    package func read() throws(SimulationFailure) -> SimulatedCount {
        let counted = try processes(CachegrindTool.countsName)
        let begun = try processes(CachegrindTool.logName)
        var total: UInt64 = 0
        var copies = 0
        for process in begun {
            let log = try text(ofLog: process)
            if log.contains(Self.unknownInstruction) { throw .unsupportedInstruction }
            // Valgrind reads a program's symbols when it is executed.
            let wasExecuted = log.split(separator: "\n").contains {
                $0.hasPrefix("--") && $0.contains("-- Reading syms from ")
            }
            if counted.contains(process), !wasExecuted { copies += 1 }
        }
        guard !counted.isEmpty else { throw .nothingCounted }
        for process in counted.sorted() {
            let (sum, overflow) = total.addingReportingOverflow(try count(of: process))
            guard !overflow else {
                throw .malformed(file: name(process), reason: "the sum exceeds 64 bits")
            }
            total = sum
        }
        return SimulatedCount(
            instructions: total, processes: counted.count,
            unfinished: begun.subtracting(counted).count, forkedCopies: copies)
    }

    private func name(_ process: Int32) -> String { "\(CachegrindTool.countsName).\(process)" }

    private func count(of process: Int32) throws(SimulationFailure) -> UInt64 {
        let name = name(process)
        var output = CachegrindOutput()
        var size = 0
        try withFile(name) { (file) throws(SystemCallFailure) in
            while size <= Self.fileLimitBytes {
                let chunk = try file.read(upTo: 65_536)
                if chunk.isEmpty { return }
                size += chunk.count
                output.take(chunk)
            }
        }
        guard size <= Self.fileLimitBytes else {
            throw .malformed(file: name, reason: "it has more than \(Self.fileLimitBytes) bytes")
        }
        switch output.finish() {
        case .success(let count): return count
        case .failure(let fault): throw .malformed(file: name, reason: fault.reason)
        }
    }

    private func text(ofLog process: Int32) throws(SimulationFailure) -> String {
        var bytes: [UInt8] = []
        try withFile("\(CachegrindTool.logName).\(process)") { (file) throws(SystemCallFailure) in
            while bytes.count < Self.logLimitBytes {
                let chunk = try file.read(upTo: Self.logLimitBytes - bytes.count)
                if chunk.isEmpty { return }
                bytes += chunk
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func withFile(
        _ name: String, _ body: (borrowing OwnedDescriptor) throws(SystemCallFailure) -> Void
    ) throws(SimulationFailure) {
        let path = "\(folder)/\(name)"
        do throws(SystemCallFailure) {
            // Without O_NONBLOCK a pipe by this name would hold the agent up.
            let file = try OwnedDescriptor.openWithoutLinks(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
            var facts = stat()
            let number = file.rawValue
            _ = try retryingOnInterrupt("fstat", path: path) { unsafe fstat(number, &facts) }
            guard facts.st_mode & S_IFMT == S_IFREG else {
                throw SystemCallFailure("open", path: path, errno: EINVAL)
            }
            try body(file)
        } catch {
            throw .unreadable(error)
        }
    }

    /// The files `prefix.PID`, in order of process.
    func names(_ prefix: String) throws(SimulationFailure) -> [String] {
        try processes(prefix).sorted().map { "\(prefix).\($0)" }
    }

    /// The processes with a file `prefix.PID`.
    private func processes(_ prefix: String) throws(SimulationFailure) -> Set<Int32> {
        guard let listing = unsafe opendir(folder) else {
            throw .unreadable(SystemCallFailure("opendir", path: folder, errno: errno))
        }
        defer { unsafe closedir(listing) }
        var found = Set<Int32>()
        while let entry = unsafe readdir(listing) {
            let bytes = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name in
                unsafe Array(name.prefix { $0 != 0 })
            }
            let name = String(decoding: bytes, as: UTF8.self)
            guard name.hasPrefix(prefix + "."), let pid = Int32(name.dropFirst(prefix.count + 1)),
                pid > 0, name == "\(prefix).\(pid)"
            else { continue }
            found.insert(pid)
            guard found.count <= Self.processLimit else {
                throw .tooManyProcesses(limit: Self.processLimit)
            }
        }
        return found
    }
}
