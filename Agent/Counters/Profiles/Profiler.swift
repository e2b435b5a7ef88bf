import Glibc
import LinuxSystem

/// A tool that says where a program spends its time, and how it is called.
package enum Profiler: Sendable, Equatable {
    /// Samples an event: `cycles:u` where the processor has counters, else `cpu-clock:u`.
    case perf(path: String, event: String)
    case callgrind(CachegrindTool)

    /// Of perf's recording, in the folder given to `command`.
    package static let recording = "perf.data"
    private static let script = "stacks.txt"
    private static let callgrindName = "callgrind.out"
    /// How many callers of a function callgrind tells apart.
    private static let callers = 48
    private static let fileLimitBytes = 512 << 20
    private static let processLimit = 64

    package static let clockEvent = "cpu-clock:u"
    package static let cyclesEvent = "cycles:u"

    package var name: String {
        switch self {
        case .perf: "perf"
        case .callgrind: "callgrind"
        }
    }

    /// Where perf is; nil when no folder of `path` has it.
    package static func perf(in path: String) -> String? {
        path.split(separator: ":").map { "\($0)/perf" }.first { place in
            unsafe place.hasPrefix("/") && access(place, X_OK) == 0
        }
    }

    /// The command that profiles another.
    ///
    /// `folder`: absolute, empty, where the program's user may write.
    package func command(profiling arguments: [String], into folder: String, hertz: Int) -> [String]
    {
        switch self {
        case .perf(let path, let event):
            [
                path, "record", "--quiet", "-g", "--freq", "\(hertz)", "--event", event,
                "--mmap-pages", "64", "--no-buildid", "--max-size", "512M",
                "--output", "\(folder)/\(Self.recording)", "--",
            ] + arguments
        case .callgrind(let tool):
            tool.command(
                tracing: arguments, into: folder, as: Self.callgrindName, callers: Self.callers)
        }
    }

    /// What turns a recording into text, in the same room: the files that it names are a
    /// stranger's, and perf reads them. Nil where the tool writes text itself.
    package func reading(of folder: String) -> [String]? {
        guard case .perf(let path, _) = self else { return nil }
        let command =
            "exec \"$0\" script --input \"$1/\(Self.recording)\" --no-inline "
            + "--fields comm,event,ip,sym,dso > \"$1/\(Self.script)\""
        return ["/bin/sh", "-c", command, path, folder]
    }

    /// The stacks of one execution; `folder` on the host.
    package func stacks(in folder: String) throws(ProfileFailure) -> Profile {
        switch self {
        case .perf:
            var text = PerfScriptText()
            try Self.read("\(folder)/\(Self.script)") { text.take($0) }
            text.finish()
            return Profile(
                stacks: text.stacks, event: text.event ?? "", files: [Self.recording])
        case .callgrind: return try Self.callgrindStacks(in: folder)
        }
    }

    private static func callgrindStacks(in folder: String) throws(ProfileFailure) -> Profile {
        let files: [String]
        do throws(SimulationFailure) {
            files = try SimulatedCounts(folder: folder).names(callgrindName)
        } catch {
            throw ProfileFailure("\(error)")
        }
        var all = FoldedStacks()
        for file in files.prefix(processLimit) {
            var profile = CallgrindProfile(callers: callers)
            try read("\(folder)/\(file)") { profile.take($0) }
            if let problem = profile.finish() { throw ProfileFailure("\(file): \(problem)") }
            all.add(profile.stacks)
        }
        return Profile(
            stacks: all, event: "instructions", files: Array(files.prefix(processLimit)))
    }

    private static func read(
        _ path: String, _ take: ([UInt8]) -> Void
    ) throws(ProfileFailure) {
        do throws(SystemCallFailure) {
            let file = try OwnedDescriptor.openWithoutLinks(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
            var facts = stat()
            let number = file.rawValue
            _ = try retryingOnInterrupt("fstat", path: path) { unsafe fstat(number, &facts) }
            guard facts.st_mode & S_IFMT == S_IFREG else {
                throw SystemCallFailure("open", path: path, errno: EINVAL)
            }
            var left = fileLimitBytes
            while left > 0 {
                let bytes = try file.read(upTo: 1 << 16)
                if bytes.isEmpty { return }
                left -= bytes.count
                take(bytes)
            }
        } catch {
            throw ProfileFailure("\(error)")
        }
        throw ProfileFailure("\(path) has more than \(fileLimitBytes) bytes")
    }
}

/// What one profiled execution left.
package struct Profile: Sendable, Equatable {
    package let stacks: FoldedStacks
    /// What the counts of the stacks count.
    package let event: String
    /// The raw files, by name.
    package let files: [String]
}

/// Why there is no profile.
package struct ProfileFailure: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
