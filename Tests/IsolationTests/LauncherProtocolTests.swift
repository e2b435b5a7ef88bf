import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import Isolation

/// The C program itself, spoken to without `Launcher`.
@Suite struct LauncherProtocolTests {
    /// Starts the launcher with these bytes as its plan.
    private func launcher(_ plan: [UInt8]) throws -> LauncherProcess {
        try LauncherProcess.spawn(
            programPath: try BuiltProducts.path(of: "fleetmark-launch"), plan: plan, input: .null)
    }

    private func goodPlan(_ arguments: [String] = ["/bin/true"]) throws -> [UInt8] {
        try LaunchPlanEncoding.bytes(of: LaunchProbe.plan(arguments), agent: getpid())
    }

    /// The next record; `nil` at the end of the socket.
    private func next(_ process: borrowing LauncherProcess) throws -> LauncherReport? {
        while true {
            if let packet = try process.receive() {
                return packet.isEmpty ? nil : try LauncherReport(packet)
            }
            var waiting = [pollfd(fd: process.control.rawValue, events: 1, revents: 0)]
            try #require(poll(&waiting, 1, 20_000) > 0, "the launcher says nothing")
        }
    }

    private func firstReport(_ plan: [UInt8]) throws -> LauncherReport? {
        let process = try launcher(plan)
        let report = try next(process)
        let last = try next(process)
        if case .failed = report { #expect(last == nil) }
        #expect(process.end() & 0x7f == 0, "the launcher crashed")
        return report
    }

    @Test func `an ordinary launch reports receipt, start and end`() throws {
        let process = try launcher(try goodPlan(["/bin/sh", "-c", "exit 5"]))
        guard case .receipt = try next(process),
            case .started(let pid, let start) = try next(process),
            case .ended(let end) = try next(process)
        else {
            Issue.record("other records, or another order")
            return
        }
        #expect(pid > 0)
        #expect(start < end.endedAt)
        #expect(end.waitStatus == 5 << 8)
        #expect(try next(process) == nil)
        #expect(process.end() == 0)
    }

    @Test func `every cut of a plan is refused`() throws {
        let plan = try goodPlan()
        for size in stride(from: 0, to: plan.count, by: 3) {
            let report = try firstReport(Array(plan.prefix(size)))
            #expect(report == .failed(.plan, errno: EMSGSIZE), "\(size)")
        }
    }

    @Test func `bytes after the plan are refused`() throws {
        var plan = try goodPlan()
        plan.append(0)
        #expect(try firstReport(plan) == .failed(.plan, errno: EMSGSIZE))
        plan.replaceSubrange(8..<12, with: littleEndian(UInt32(plan.count)))
        #expect(try firstReport(plan) == .failed(.plan, errno: EINVAL))
    }

    @Test func `an over-long plan is refused`() throws {
        let plan = try goodPlan() + [UInt8](repeating: 0, count: 17 << 20)
        #expect(try firstReport(plan) == .failed(.plan, errno: EMSGSIZE))
    }

    struct Forgery: Sendable {
        let name: String
        let offset: Int
        let number: UInt32
        let errno: Int32
    }

    @Test(arguments: [
        Forgery(name: "magic", offset: 0, number: 1, errno: EPROTO),
        Forgery(name: "version", offset: 4, number: 1, errno: EPROTO),
        Forgery(name: "flags", offset: 12, number: 0x8000_0000, errno: EINVAL),
        Forgery(name: "flags", offset: 12, number: 64, errno: EINVAL),
        Forgery(name: "user -1", offset: 16, number: .max, errno: EINVAL),
        Forgery(name: "agent", offset: 24, number: 0, errno: EINVAL),
        Forgery(name: "agent", offset: 24, number: .max, errno: EINVAL),
        Forgery(name: "score", offset: 28, number: 5000, errno: EINVAL),
        Forgery(name: "policy", offset: 32, number: 2, errno: EINVAL),
        Forgery(name: "priority", offset: 36, number: 1, errno: EINVAL),
        Forgery(name: "real time without priority", offset: 32, number: 1, errno: EINVAL),
        Forgery(name: "nice", offset: 40, number: 20, errno: EINVAL),
        Forgery(name: "namespaces", offset: 44, number: 64, errno: EINVAL),
        Forgery(name: "a namespace of processes alone", offset: 44, number: 2, errno: EINVAL),
        Forgery(name: "control groups", offset: 48, number: 17, errno: EINVAL),
        Forgery(name: "limit count", offset: 52, number: 17, errno: EINVAL),
        Forgery(name: "limit count", offset: 52, number: .max, errno: EINVAL),
        Forgery(name: "resource", offset: 56, number: 16, errno: EINVAL),
        Forgery(name: "soft above hard", offset: 60, number: 1, errno: EINVAL),
    ])
    func `numbers out of bounds are refused`(_ forged: Forgery) throws {
        var plan = try goodPlan()
        plan.replaceSubrange(forged.offset..<forged.offset + 4, with: littleEndian(forged.number))
        #expect(try firstReport(plan) == .failed(.plan, errno: forged.errno))
    }

    @Test func `counts and lengths that lie are refused`() throws {
        // Behind the limits: processor words, host name "", mount count, then the folder "/".
        let plan = try goodPlan()
        let words = 56 + 20 * Int(plan[52])
        let (name, mounts, folder, arguments) = (words + 4, words + 9, words + 13, words + 19)
        let forgeries: [(offset: Int, number: UInt32)] = [
            (words, 129), (words, .max), (name, .max), (name, 1), (mounts, 1), (mounts, 257),
            (mounts, .max), (folder, .max), (folder, 0), (arguments, 0), (arguments, 65_537),
            (arguments, .max), (arguments + 4, .max),
        ]
        for forged in forgeries {
            var copy = plan
            copy.replaceSubrange(
                forged.offset..<forged.offset + 4, with: littleEndian(forged.number))
            guard case .failed(.plan, _, _) = try firstReport(copy) else {
                Issue.record("accepted \(forged)")
                continue
            }
        }
    }

    @Test(.enabled(if: LaunchProbe.isRoot))
    func `a plan without identity is refused to root`() throws {
        var plan = try goodPlan()
        plan.replaceSubrange(12..<24, with: [UInt8](repeating: 0, count: 12))
        #expect(try firstReport(plan) == LauncherReport.failed(.user, errno: EPERM))
        plan.replaceSubrange(12..<16, with: littleEndian(1))
        #expect(try firstReport(plan) == .failed(.plan, errno: EINVAL))
    }

    @Test func `a plan of another agent is refused`() throws {
        var plan = try goodPlan()
        plan.replaceSubrange(24..<28, with: littleEndian(1))
        #expect(try firstReport(plan) == .failed(.launcher, errno: ESRCH))
    }

    @Test func `the whole tree dies with the control socket`() throws {
        let script = "trap '' TERM HUP; (setsid sleep 1000 &) ; sleep 1000 & echo $$ $!; wait"
        let process = try launcher(try goodPlan(["/bin/sh", "-c", script]))
        var buffer = [UInt8](repeating: 0, count: OutputPipe.chunkBytes)
        var pipe = OutputPipe(.out, descriptor: process.output.rawValue)
        var waiting = [pollfd(fd: pipe.descriptor, events: 1, revents: 0)]
        try #require(poll(&waiting, 1, 20_000) > 0)
        let line = String(decoding: try pipe.read(into: &buffer) ?? [], as: UTF8.self)
        let tree = line.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
        #expect(tree.count == 2)
        #expect(tree.allSatisfy(LaunchProbe.isAlive))
        #expect(process.end() & 0x7f == 0)
        #expect(!tree.contains(where: LaunchProbe.isAlive))
    }

    private func littleEndian(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
