import Glibc
import LinuxSystem

/// One launch from its spawn to the end of its tree. Blocks; runs on a thread of its own.
struct LaunchWatch: ~Copyable {
    private let plan: LaunchPlan
    private let enclosure: LaunchEnclosure
    private let gate: LaunchGate?
    private let deliver: (OutputChunk) -> Void
    private let bell: CancellationBell
    private let process: LauncherProcess

    private var rules: EndingRules
    private var pipes: [OutputPipe]
    private var buffer = [UInt8](repeating: 0, count: OutputPipe.chunkBytes)
    private var receipt: LauncherReport.Receipt?
    private var failure: LaunchFailure?
    private var end: LauncherReport.End?
    private var launcherIsGone = false
    private var disk: DiskWatch?
    private var memory: MemorySampler?

    /// Starts the plan and follows it to its end.
    static func run(
        _ plan: LaunchPlan, by launcher: Launcher, cancellation: LaunchCancellation,
        gate: LaunchGate?, output: @escaping (OutputChunk) -> Void
    ) throws(LaunchFailure) -> LaunchOutcome {
        let bell = try ring(for: cancellation)
        guard bell.urgency == nil else { throw .cancelledBeforeStart }
        let enclosure = LaunchEnclosure(plan, launcher.abilities)
        defer { enclosure.remove() }
        let blob = try LaunchPlanEncoding.bytes(
            of: plan, walls: enclosure.walls, agent: getpid(), gated: gate != nil)
        let rules = EndingRules(plan.limits, launchedAt: MonotonicClock.rawNanoseconds())
        let process = try LauncherProcess.spawn(
            programPath: launcher.programPath, plan: blob, input: plan.standardInput,
            group: enclosure.group)
        var watch = LaunchWatch(
            plan, enclosure, process: process, bell: bell, rules: rules, gate: gate,
            deliver: output)
        let trouble = watch.follow()
        return try watch.finish(trouble)
    }

    private static func ring(
        for cancellation: LaunchCancellation
    ) throws(LaunchFailure) -> CancellationBell {
        do throws(SystemCallFailure) {
            return try CancellationBell(for: cancellation)
        } catch {
            throw .systemCall(error)
        }
    }

    private init(
        _ plan: LaunchPlan, _ enclosure: LaunchEnclosure, process: consuming LauncherProcess,
        bell: consuming CancellationBell, rules: EndingRules, gate: LaunchGate?,
        deliver: @escaping (OutputChunk) -> Void
    ) {
        self.plan = plan
        self.enclosure = enclosure
        self.gate = gate
        self.deliver = deliver
        self.rules = rules
        disk = plan.limits.disk.map { DiskWatch($0) }
        memory = enclosure.memorySampler()
        pipes = [
            OutputPipe(.out, descriptor: process.output.rawValue),
            OutputPipe(.err, descriptor: process.error.rawValue),
        ]
        self.process = process
        self.bell = bell
    }

    /// - Returns: what broke the watching itself, if anything did.
    private mutating func follow() -> LaunchFailure? {
        do throws(LaunchFailure) {
            while end == nil && !launcherIsGone {
                try step()
            }
            // Everything is dead, so what the tree wrote is in the pipes; a survivor that holds
            // one open cannot hold the agent up.
            for index in pipes.indices {
                while try readOnce(index) {}
            }
            return nil
        } catch {
            return error
        }
    }

    private mutating func step() throws(LaunchFailure) {
        watchDisk()
        memory?.look(at: MonotonicClock.rawNanoseconds())
        if let command = rules.command(at: MonotonicClock.rawNanoseconds()) {
            process.send(command)
        }
        var waiting = [pollfd(fd: process.control.rawValue, events: Int16(POLLIN), revents: 0)]
        waiting.append(pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0))
        for pipe in pipes {
            // Negative numbers are skipped by poll(2).
            let number = pipe.isOpen ? pipe.descriptor : -1
            waiting.append(pollfd(fd: number, events: Int16(POLLIN), revents: 0))
        }
        let ready = unsafe poll(&waiting, nfds_t(waiting.count), pollTimeout())
        guard ready >= 0 || errno == EINTR else {
            throw .systemCall(SystemCallFailure("poll", errno: errno))
        }
        guard ready > 0 else { return }
        if waiting[0].revents != 0 { try readControl() }
        if waiting[1].revents != 0 { readWake() }
        for index in pipes.indices where waiting[index + 2].revents != 0 {
            _ = try readOnce(index)
        }
    }

    /// Milliseconds, rounded up so that the deadline has passed on return.
    private func pollTimeout() -> CInt {
        let deadlines = [rules.deadline, disk?.nextLook, memory?.nextLook].compactMap(\.self)
        guard let deadline = deadlines.min() else { return -1 }
        let left = max(0, deadline - MonotonicClock.rawNanoseconds())
        return CInt(min(left / 1_000_000 + 1, 3_600_000))
    }

    private mutating func watchDisk() {
        let now = MonotonicClock.rawNanoseconds()
        switch disk?.look(at: now) {
        case .full: rules.filledDisk(.diskFull, at: now)
        case .beyondLimit: rules.filledDisk(.diskLimit, at: now)
        case nil: break
        }
    }

    private mutating func readWake() {
        bell.silence()
        if let urgency = bell.urgency {
            rules.cancelled(urgency, at: MonotonicClock.rawNanoseconds())
        }
    }

    private mutating func readControl() throws(LaunchFailure) {
        do throws(SystemCallFailure) {
            while let packet = try process.receive() {
                if packet.isEmpty {
                    launcherIsGone = true
                    return
                }
                guard let report = try? LauncherReport(packet) else {
                    failure = .launcherMisspoke("a record of \(packet.count) bytes")
                    launcherIsGone = true
                    return
                }
                take(report)
            }
        } catch {
            throw .systemCall(error)
        }
    }

    private mutating func take(_ report: LauncherReport) {
        switch report {
        case .receipt(let facts): receipt = facts
        case .started(_, let time): rules.started(at: time)
        case .failed(.resolve, ENOENT, _), .failed(.resolve, ENOTDIR, _):
            failure = .executableMissing(plan.arguments[0])
        case .failed(let step, let errno, let which):
            failure = .setupFailed(
                step: step, errno: errno, subject: enclosure.subject(of: step, which))
        case .ended(let facts): end = facts
        case .gated(let launcher): open(for: launcher)
        }
    }

    private mutating func open(for launcher: Int32) {
        guard let gate else {
            failure = .launcherMisspoke("it stands at a gate that nobody asked for")
            launcherIsGone = true
            return
        }
        gate(LaunchStand(launcher: launcher, groupFolder: enclosure.group?.countedFolder))
        // One that was cancelled meanwhile never begins: its end is told in the next step.
        if bell.urgency == nil { process.send(.go) }
    }

    /// - Returns: whether there may be more.
    private mutating func readOnce(_ index: Int) throws(LaunchFailure) -> Bool {
        do throws(SystemCallFailure) {
            guard let bytes = try pipes[index].read(into: &buffer) else { return false }
            let now = MonotonicClock.rawNanoseconds()
            let wanted = rules.received(bytes.count, at: now)
            if wanted > 0 {
                let age = rules.startedAt.map { max(0, now - $0) } ?? 0
                deliver(
                    OutputChunk(
                        stream: pipes[index].stream, bytes: Array(bytes.prefix(wanted)),
                        nanosecondsSinceStart: age))
            }
            return true
        } catch {
            throw .systemCall(error)
        }
    }

    private consuming func finish(_ trouble: LaunchFailure?) throws(LaunchFailure) -> LaunchOutcome
    {
        let (end, receipt, failure) = (end, receipt, failure ?? trouble)
        let (rules, plan, enclosure) = (rules, plan, enclosure)
        let counts = pipes.map(\.bytesRead)
        let sampledPeak = memory?.peakBytes
        let status = process.end()
        if let failure { throw failure }
        guard let end, let receipt, let startedAt = rules.startedAt else {
            if rules.setupHung { throw .setupFailed(step: .launcher, errno: ETIMEDOUT) }
            if rules.cause == .cancelled { throw .cancelledBeforeStart }
            throw .launcherDied(status: status)
        }
        return LaunchOutcome(
            ending: LaunchOutcome.Ending(waitStatus: end.waitStatus),
            cause: Self.cause(rules, endedAt: end.endedAt),
            wallNanoseconds: max(0, end.endedAt - startedAt), usage: end.usage,
            leftoverProcesses: Int(end.leftovers), survivingProcesses: Int(end.survivors),
            standardOutputBytes: counts[0], standardErrorBytes: counts[1],
            group: enclosure.account(sampledPeak: sampledPeak),
            receipt: IsolationReceipt(of: plan, enclosure, reading: receipt))
    }

    /// A target that ended before the agent decided to end it ended by itself; but what it wrote
    /// beyond the limit was written before its end, whenever it was read.
    private static func cause(_ rules: EndingRules, endedAt: Int64) -> LaunchOutcome.Cause? {
        rules.cause == .outputLimit || rules.causeAt <= endedAt ? rules.cause : nil
    }
}

extension LaunchOutcome.Ending {
    /// Takes the kernel's wait status apart (wait(2), WIFEXITED and the rest).
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .exited(waitStatus >> 8 & 0xff) : .signalled(signal)
    }
}
