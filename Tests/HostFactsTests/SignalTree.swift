import FoundationEssentials
import LinuxSystem

@testable import HostFacts

/// Two looks at a recorded host with two processors, 100 ms apart; the second one is measured.
///
/// Recorded on a two-processor virtual machine (Linux 6.18); a case changes single files of it.
final class SignalTree: Sendable {
    private let before: FixtureTree
    private let after: FixtureTree

    init(
        before changesBefore: [String: String?] = [:], after changesAfter: [String: String?] = [:]
    ) throws {
        before = try FixtureTree(Self.files(Self.start, changesBefore))
        after = try FixtureTree(Self.files(Self.end, changesAfter))
    }

    private static func files(
        _ files: [String: String], _ changes: [String: String?]
    ) -> [String: String] {
        var files = files
        for (name, text) in changes { files[name] = text }
        return files
    }

    /// `milliseconds`: between the looks.
    func findings(
        cpus: [Int] = [1], milliseconds: Int64 = 100,
        measured: SignalSpan.Measured = SignalTree.busy,
        reference: SignalSpan.Reference = .init(),
        log: Result<[KernelLogRecord], SignalAbsence> = .success([]),
        synchronised: Bool? = true
    ) -> [String: SignalFinding] {
        let clock = synchronised.map { ClockState(isSynchronised: $0) }
        let first = SignalPlace(
            tree: KernelTree(root: before.root), cpus: cpus, ticksPerSecond: 100)
        let second = SignalPlace(
            tree: KernelTree(root: after.root), cpus: cpus, ticksPerSecond: 100)
        let found = SignalSpan(
            first, from: SignalSnapshot(of: first, clock: clock, at: 0),
            to: SignalSnapshot(of: second, clock: clock, at: milliseconds * 1_000_000),
            measured: measured, reference: reference, log: log, expectedClocks: ["tsc"]
        ).findings()
        return Dictionary(found.map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one })
    }

    /// One thread that had a processor for 80 of 80 ms.
    static let busy = SignalSpan.Measured(
        wallNanoseconds: 80_000_000, processorNanoseconds: 80_000_000, involuntarySwitches: 1,
        majorFaults: 0)

    static let interruptsBefore = """
                   CPU0       CPU1
         24:          1          0  IO-APIC   5-edge      ACPI:Ged
         36:          0    7613918 PCI-MSIX-0000:00:02.0   1-edge      virtio1-req.0
        NMI:          0          0   Non-maskable interrupts
        LOC:    5492790    5863962   Local timer interrupts
        RES:    3962012    2865732   Rescheduling interrupts
        CAL:    2813539    1592962   Function call interrupts
        TLB:     638342     614287   TLB shootdowns
        TRM:          0          0   Thermal event interrupts
        MCE:          0          0   Machine check exceptions
        ERR:          0
        MIS:          0

        """

    static let start: [String: String] = [
        "/proc/stat": """
        cpu  2503774 16970 724331 3662371 30319 0 10495 4587 0 0
        cpu0 1117135 7458 342386 1995766 8006 0 1322 2278 0 0
        cpu1 1386639 9512 381945 1666604 22313 0 9172 2309 0 0
        intr 30415597 0 0
        ctxt 1
        """,
        "/proc/interrupts": interruptsBefore,
        "/proc/softirqs": """
                            CPU0       CPU1
                  HI:          0          0
               TIMER:    1242845    1181493
              NET_RX:          4          0
        """,
        "/proc/pressure/cpu": pressure(9_571_842_272),
        "/proc/pressure/memory": pressure(0), "/proc/pressure/io": pressure(613_916_390),
        "/proc/vmstat": "pgmajfault 704332\npswpin 10\npswpout 20\n",
        "/proc/loadavg": "3.28 2.69 2.63 1/113 31146\n",
        "/sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
    ]

    /// 9 ticks later on the second processor, one of them stolen.
    static let end = start.merging([
        "/proc/stat": """
        cpu  2503782 16970 724331 3662371 30319 0 10495 4588 0 0
        cpu0 1117135 7458 342386 1995766 8006 0 1322 2278 0 0
        cpu1 1386647 9512 381945 1666604 22313 0 9172 2310 0 0
        intr 30415700 0 0
        """,
        "/proc/interrupts":
            interruptsBefore
            .replacing("    7613918", with: "    7613921")
            .replacing("    5863962", with: "    5863972")
            .replacing("    2865732", with: "    2865733"),
        "/proc/pressure/cpu": pressure(9_571_844_272),
        "/proc/pressure/io": pressure(613_916_390),
        "/proc/loadavg": "3.28 2.69 2.63 3/113 31147\n",
    ]) { _, end in end }

    static func pressure(_ total: Int64) -> String {
        "some avg10=70.06 avg60=61.36 avg300=41.04 total=\(total)\n"
            + "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
    }
}
