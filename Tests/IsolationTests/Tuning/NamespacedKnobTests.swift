import CrashPoints
import Foundation
import Glibc
import TestSupport
import Testing

/// The real program on real settings of the kernel that belong to a network of the test's own: they
/// stand in the tree of files in the place of knobs, through the real `/proc/sys`.
@Suite(.enabled(if: KernelNetwork.isPossible)) struct NamespacedKnobTests {
    /// Which setting of a network stands for which knob: each holds another value than the one that
    /// `strict` wants, and takes that.
    static let settings = [
        "/proc/sys/vm/swappiness": "ip_default_ttl",
        "/proc/sys/kernel/nmi_watchdog": "tcp_sack",
        "/proc/sys/kernel/soft_watchdog": "tcp_timestamps",
        "/proc/sys/kernel/timer_migration": "tcp_window_scaling",
        "/proc/sys/kernel/numa_balancing": "tcp_moderate_rcvbuf",
        "/proc/sys/kernel/perf_cpu_time_max_percent": "tcp_retries1",
        "/proc/sys/kernel/perf_event_max_sample_rate": "tcp_orphan_retries",
        "/proc/sys/vm/dirty_background_ratio": "tcp_syn_retries",
    ]
    /// Here the kernel takes every value.
    private static let points = CrashPoint.allCases.filter {
        $0.isOfTuning && $0 != .tuningKnobRejected
    }

    @Test func `a killed tuner leaves no real setting of its network changed`() async throws {
        #expect(Self.points.count >= 20)
        try await ScratchFolder.lend { folder in
            let network = try KernelNetwork(folder)
            defer { network.end() }
            try await eventually("there is no network") { network.isThere }
            let host = try TuningTree(below: folder)
            for (path, name) in Self.settings {
                try host.replace(path, byLinkTo: "/proc/sys/net/ipv4/\(name)")
            }
            // What the kernel begins with is left alone where it is another than the wanted one.
            try await network.set("tcp_orphan_retries", "3")
            let files = host.values()
            let before = try await network.values()
            var changed = 0
            for point in Self.points {
                let options = ["--profile", "strict", "--hold", "0s"]
                let killed = try await network.tune(host, folder, options, point)
                #expect(killed == -SIGKILL, "\(point) was not met: \(network.said)")
                if point == .tuningApplied {
                    let now = try await network.values()
                    changed = now.count { before[$0.key] != $0.value }
                }
                let status = try await network.tune(host, folder, ["--restore"], nil)
                #expect(status == 0, "\(network.said)")
                #expect(try await network.values() == before, "\(point)")
                #expect(host.values() == files, "\(point)")
            }
            #expect(changed == Self.settings.count)
        }
    }
}

/// A network namespace that lives as long as a process that waits in it.
private final class KernelNetwork: Sendable {
    private let folder: String
    private let holder: RunningProgram

    static let isPossible: Bool = {
        guard geteuid() == 0, access("/usr/bin/nsenter", X_OK) == 0 else { return false }
        var process: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = []
        for word in ["unshare", "--net", "true"] { words.append(strdup(word)) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var status: Int32 = 0
        guard posix_spawn(&process, "/usr/bin/unshare", nil, nil, &words, nil) == 0,
            waitpid(process, &status, 0) == process
        else { return false }
        return status == 0
    }()

    /// Its process says its number once it is inside.
    init(_ folder: String) throws {
        self.folder = folder
        holder = try RunningProgram(
            "/usr/bin/unshare", ["--net", "sh", "-c", "echo inside $$; exec sleep 600"],
            logFile: folder + "/holder")
    }

    var isThere: Bool { holder.output.hasPrefix("inside ") && holder.output.hasSuffix("\n") }
    var said: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

    func end() { holder.send(SIGKILL) }

    private var entrance: [String] {
        let number = holder.output.filter(\.isNumber)
        return ["--net=/proc/\(number)/ns/net"]
    }

    /// Returns: the exit status, or the negative number of a signal.
    func tune(
        _ host: TuningTree, _ folder: String, _ options: [String], _ point: CrashPoint?
    ) async throws -> Int32 {
        try await RunningProgram(
            "/usr/bin/nsenter",
            entrance + [
                try BuiltProducts.path(of: "fleetmark-agent"), "tune", "--root", host.root,
                "--state-dir", folder + "/state",
            ] + options,
            environment: point.map { ["FLEETMARK_CRASH_POINT": $0.name] } ?? [:],
            logFile: folder + "/log"
        ).wait()
    }

    /// Of the settings that stand for knobs, by name.
    func values() async throws -> [String: String] {
        let names = NamespacedKnobTests.settings.values.sorted()
        let log = folder + "/values"
        try? FileManager.default.removeItem(atPath: log)
        let program = try RunningProgram(
            "/usr/bin/nsenter",
            entrance + [
                "sh", "-c", "cd /proc/sys/net/ipv4 && cat " + names.joined(separator: " "),
            ],
            logFile: log)
        #expect(try await program.wait() == 0, "\(program.output)")
        let lines = program.output.split(separator: "\n").map(String.init)
        try #require(lines.count == names.count, "\(lines)")
        return Dictionary(uniqueKeysWithValues: zip(names, lines))
    }

    func set(_ name: String, _ value: String) async throws {
        let status = try await RunningProgram(
            "/usr/bin/nsenter",
            entrance + ["sh", "-c", "echo \(value) > /proc/sys/net/ipv4/\(name)"],
            logFile: folder + "/set"
        ).wait()
        #expect(status == 0)
    }
}
