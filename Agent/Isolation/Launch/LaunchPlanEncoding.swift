import Glibc
import LinuxSystem

/// Writes a plan in the launcher's binary form, which `fleetmark-launch/plan.h` describes.
struct LaunchPlanEncoding {
    static let maximumBytes = 16 << 20
    static let maximumStrings = 65_536
    static let maximumMounts = 256
    /// Makes the kernel end a target before the agent when memory runs out.
    static let oomScoreAdjustment: Int32 = 500

    private static let magic: UInt32 = 0x504c_4d46
    private static let version: UInt32 = 2
    private static let identityFlag: UInt32 = 1
    private static let fixedLayoutFlag: UInt32 = 2
    private static let gatedFlag: UInt32 = 4
    private static let filterFlag: UInt32 = 8
    private static let perfFlag: UInt32 = 16
    private static let groupFlag: UInt32 = 32

    private var bytes: [UInt8] = []

    /// `agent`: the process that starts the launcher. `gated`: the launcher stands still before
    /// its fork until it is told to go.
    static func bytes(
        of plan: LaunchPlan, walls: LaunchWalls = .none, agent: pid_t, gated: Bool = false
    ) throws(LaunchFailure) -> [UInt8] {
        try check(plan, walls)
        var encoding = Self()
        encoding.appendHeader(of: plan, walls, agent: agent, gated: gated)
        encoding.appendScheduling(plan.scheduling)
        encoding.append(LaunchNamespace.bits(walls.namespaces))
        encoding.append(UInt32(walls.attachCount))
        encoding.appendLimits(plan.limits)
        encoding.appendProcessors(plan.cpus)
        encoding.append(walls.namespaces.contains(.uts) ? LaunchWalls.hostName : "")
        encoding.append(mounts: walls.mounts)
        encoding.append(plan.directory)
        encoding.append(strings: plan.arguments)
        let variables = plan.environment.sorted { $0.key < $1.key }
        encoding.append(strings: variables.map { "\($0.key)=\($0.value)" })
        guard encoding.bytes.count <= maximumBytes else {
            throw .planInvalid("arguments and environment exceed \(maximumBytes) bytes")
        }
        encoding.replaceNumber(at: 8, with: UInt32(encoding.bytes.count))
        return encoding.bytes
    }

    private mutating func appendHeader(
        of plan: LaunchPlan, _ walls: LaunchWalls, agent: pid_t, gated: Bool
    ) {
        let flags = [
            (plan.identity != nil, Self.identityFlag),
            (plan.disableAddressRandomisation, Self.fixedLayoutFlag), (gated, Self.gatedFlag),
            (walls.filtersCalls, Self.filterFlag), (walls.mayCount, Self.perfFlag),
            (walls.hasGroup, Self.groupFlag),
        ].reduce(UInt32(0)) { $1.0 ? $0 | $1.1 : $0 }
        append(Self.magic)
        append(Self.version)
        append(UInt32(0))
        append(flags)
        append(plan.identity?.uid ?? 0)
        append(plan.identity?.gid ?? 0)
        append(UInt32(bitPattern: agent))
        append(UInt32(bitPattern: Self.oomScoreAdjustment))
    }

    /// Policies by their numbers in sched(7). Half of the real-time range, as for threaded
    /// interrupts, is above all that a benchmark host runs besides.
    private mutating func appendScheduling(_ scheduling: LaunchScheduling) {
        let (policy, priority): (UInt32, UInt32) =
            switch scheduling {
            case .other: (0, 0)
            case .fifo: (1, 50)
            case .batch: (3, 0)
            }
        append(policy)
        append(priority)
        append(UInt32(0))
    }

    private mutating func append(mounts: [LaunchMount]) {
        append(UInt32(mounts.count))
        for mount in mounts {
            append(mount.kind.rawValue)
            append(mount.options.rawValue)
            append(mount.mode)
            append(mount.bytes)
            append(mount.source)
            append(mount.target)
        }
    }

    /// Resource numbers of asm-generic/resource.h, which hold on x86-64 and arm64.
    private mutating func appendLimits(_ limits: LaunchLimits) {
        var list: [(resource: UInt32, soft: Int64, hard: Int64)] = [
            (4, 0, 0), (7, limits.openFiles.soft, limits.openFiles.hard),
            (3, limits.stackBytes, limits.stackBytes),
        ]
        let optional: [(UInt32, Int64?)] = [
            (1, limits.fileSizeBytes), (6, limits.processes), (8, limits.lockedMemoryBytes),
            (9, limits.addressSpaceBytes),
        ]
        for case (let resource, let value?) in optional { list.append((resource, value, value)) }
        if let seconds = limits.processorSeconds {
            // SIGXCPU first, SIGKILL a second later.
            list.append((0, seconds, seconds == .max ? seconds : seconds + 1))
        }
        append(UInt32(list.count))
        for limit in list {
            append(limit.resource)
            append(UInt64(limit.soft))
            append(UInt64(limit.hard))
        }
    }

    private mutating func appendProcessors(_ cpus: [Int]) {
        guard let last = cpus.max() else { return append(UInt32(0)) }
        var words = [UInt64](repeating: 0, count: last / 64 + 1)
        for cpu in cpus { words[cpu / 64] |= 1 << UInt64(cpu % 64) }
        append(UInt32(words.count))
        for word in words { append(word) }
    }

    private mutating func append(strings: [String]) {
        append(UInt32(strings.count))
        for string in strings { append(string) }
    }

    private mutating func append(_ string: String) {
        append(UInt32(string.utf8.count))
        bytes += string.utf8
        bytes.append(0)
    }

    private mutating func append(_ number: some FixedWidthInteger) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    private mutating func replaceNumber(at offset: Int, with number: UInt32) {
        for index in 0..<4 {
            bytes[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
        }
    }
}

extension LaunchPlanEncoding {
    /// Everything that the launcher would refuse too, with words.
    private static func check(
        _ plan: LaunchPlan, _ walls: LaunchWalls
    ) throws(LaunchFailure) {
        guard plan.arguments.first?.isEmpty == false else {
            throw .planInvalid("no program is named")
        }
        guard plan.directory.hasPrefix("/") else {
            throw .planInvalid("the folder \(plan.directory) is not absolute")
        }
        guard max(plan.arguments.count, plan.environment.count) <= maximumStrings else {
            throw .planInvalid("more than \(maximumStrings) arguments or variables")
        }
        let texts =
            plan.arguments + [plan.directory] + plan.environment.flatMap { [$0, $1] }
            + walls.mounts.flatMap { [$0.source, $0.target] }
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw .planInvalid("a NUL in an argument, a variable or a path")
        }
        guard texts.allSatisfy({ $0.utf8.count <= maximumBytes }) else {
            throw .planInvalid("an argument or a variable exceeds \(maximumBytes) bytes")
        }
        for name in plan.environment.keys where name.isEmpty || name.utf8.contains(61) {
            throw .planInvalid("the variable name \"\(name)\" is empty or has a =")
        }
        for cpu in plan.cpus where cpu < 0 || cpu >= CPUList.capacity {
            throw .planInvalid("there can be no processor \(cpu)")
        }
        guard walls.mounts.count <= maximumMounts else {
            throw .planInvalid("more than \(maximumMounts) mounts")
        }
        try check(plan.limits)
    }

    private static func check(_ limits: LaunchLimits) throws(LaunchFailure) {
        let numbers: [Int64?] = [
            limits.outputKillBytes, limits.fileSizeBytes, limits.openFiles.soft, limits.processes,
            limits.stackBytes, limits.lockedMemoryBytes, limits.addressSpaceBytes,
            limits.processorSeconds,
        ]
        guard numbers.allSatisfy({ ($0 ?? 0) >= 0 }), limits.openFiles.hard >= limits.openFiles.soft
        else {
            throw .planInvalid("a limit is negative, or a hard limit is below its soft one")
        }
        for duration in [limits.wall, limits.silence, limits.grace]
        where (duration ?? .zero) < .zero {
            throw .planInvalid("a time limit is negative")
        }
    }
}
