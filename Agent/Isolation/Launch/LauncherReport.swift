import LinuxSystem

/// One record from the launcher, as `fleetmark-launch/report.h` lays it out.
enum LauncherReport: Equatable {
    struct Receipt: Equatable {
        var noNewPrivileges: Bool
        var addressRandomisation: Bool
        var uid: UInt32
        var gid: UInt32
        var groupCount: UInt32
        var rootIsReadOnly: Bool
        /// The host's `/proc` is shown, because the kernel refused a fresh one.
        var sharesProcesses: Bool
        var filtersCalls: Bool
        var namespaces: Set<LaunchNamespace>
        /// SCHED_* of sched(7).
        var policy: UInt32
        var nice: Int32
        /// Effective, permitted and inheritable together.
        var capabilities: UInt64
        var boundingSet: UInt64
        /// Ascending.
        var cpus: [Int]
    }

    struct End: Equatable {
        var waitStatus: Int32
        var leftovers: UInt32
        var survivors: UInt32
        /// CLOCK_MONOTONIC_RAW, nanoseconds.
        var endedAt: Int64
        var usage: ResourceUsage
    }

    case receipt(Receipt)
    case started(pid: Int32, at: Int64)
    /// `which`: the plan's mount, from 1; otherwise 0.
    case failed(LaunchStep, errno: Int32, which: UInt32 = 0)
    case ended(End)
    /// The launcher stands before its fork and waits to be told to go.
    case gated(launcher: Int32)

    /// Room for the longest record and one byte, so that a longer one is seen.
    static let receiveBytes = 72 + 8 * (CPUList.capacity / 64) + 1

    init(_ packet: [UInt8]) throws(LaunchFailure) {
        var fields = PacketFields(packet)
        switch (fields.unsigned(), packet.count) {
        case (1, Self.receiveBytes - 1): self = .receipt(Self.receipt(&fields))
        case (2, 16): self = .started(pid: fields.signed(), at: fields.signedWide())
        case (3, 16):
            let number = fields.unsigned()
            guard let step = LaunchStep(rawValue: number) else {
                throw .launcherMisspoke("unknown step \(number)")
            }
            self = .failed(step, errno: fields.signed(), which: fields.unsigned())
        case (4, 96): self = .ended(Self.end(&fields))
        case (5, 8): self = .gated(launcher: fields.signed())
        case (let kind, let size):
            throw .launcherMisspoke("a record of kind \(kind) with \(size) bytes")
        }
    }

    private static func receipt(_ fields: inout PacketFields) -> Receipt {
        let flags = fields.unsigned()
        let uid = fields.unsigned()
        let gid = fields.unsigned()
        let groups = fields.unsigned()
        let words = Int(min(fields.unsigned(), UInt32(CPUList.capacity / 64)))
        let namespaces = LaunchNamespace.set(fields.unsigned())
        let (policy, nice, _) = (fields.unsigned(), fields.signed(), fields.unsigned())
        let held = fields.wide() | fields.wide() | fields.wide()
        let bounding = fields.wide()
        var cpus: [Int] = []
        for word in 0..<words {
            let mask = fields.wide()
            cpus += (0..<64).filter { mask >> UInt64($0) & 1 == 1 }.map { 64 * word + $0 }
        }
        return Receipt(
            noNewPrivileges: flags & 1 != 0, addressRandomisation: flags & 2 != 0, uid: uid,
            gid: gid, groupCount: groups, rootIsReadOnly: flags & 4 != 0,
            sharesProcesses: flags & 8 != 0, filtersCalls: flags & 16 != 0,
            namespaces: namespaces, policy: policy, nice: nice, capabilities: held,
            boundingSet: bounding, cpus: cpus)
    }

    private static func end(_ fields: inout PacketFields) -> End {
        var end = End(
            waitStatus: fields.signed(), leftovers: fields.unsigned(),
            survivors: fields.unsigned(), endedAt: fields.signedWide(), usage: ResourceUsage())
        end.usage.userMicroseconds = fields.signedWide()
        end.usage.systemMicroseconds = fields.signedWide()
        end.usage.maximumResidentBytes =
            fields.signedWide().multipliedReportingOverflow(by: 1024)
            .partialValue
        end.usage.minorFaults = fields.signedWide()
        end.usage.majorFaults = fields.signedWide()
        end.usage.inputBlocks = fields.signedWide()
        end.usage.outputBlocks = fields.signedWide()
        end.usage.voluntarySwitches = fields.signedWide()
        end.usage.involuntarySwitches = fields.signedWide()
        return end
    }
}

/// Reads a record's numbers in order; what is missing reads as zero.
private struct PacketFields {
    private var rest: ArraySlice<UInt8>

    init(_ packet: [UInt8]) { rest = packet[...] }

    mutating func unsigned() -> UInt32 { UInt32(truncatingIfNeeded: number(bytes: 4)) }
    mutating func signed() -> Int32 { Int32(truncatingIfNeeded: number(bytes: 4)) }
    mutating func wide() -> UInt64 { number(bytes: 8) }
    mutating func signedWide() -> Int64 { Int64(truncatingIfNeeded: number(bytes: 8)) }

    private mutating func number(bytes count: Int) -> UInt64 {
        let field = rest.prefix(count)
        rest = rest.dropFirst(count)
        return field.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
