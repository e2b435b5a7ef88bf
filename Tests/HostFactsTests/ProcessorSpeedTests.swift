import Testing

@testable import HostFacts

@Suite struct ProcessorSpeedTests {
    /// A span of 2 s in which a processor of 2.4 GHz worked for 1.5 s at 3.0 GHz.
    private let turbo = ProcessorSpeed(
        aperf: 4_500_000_000, mperf: 3_600_000_000, tsc: 4_800_000_000, span: 2_000_000_000)

    @Test func `registers say how fast a processor was while it worked`() {
        #expect(turbo == ProcessorSpeed(megahertz: 3000, source: .registers))
    }

    @Test func `cycles and their time say the same of a program`() {
        let speed = ProcessorSpeed(cycles: 4_500_000_000, seconds: 1.5)
        #expect(speed == ProcessorSpeed(megahertz: 3000, source: .cycles))
    }

    @Test func `counts of nothing say nothing`() {
        #expect(ProcessorSpeed(aperf: 1, mperf: 0, tsc: 1, span: 1) == nil)
        #expect(ProcessorSpeed(aperf: 1, mperf: 1, tsc: 1, span: 0) == nil)
        #expect(ProcessorSpeed(cycles: 0, seconds: 1) == nil)
    }

    @Test func `speeds of one source are held against each other, and of two are not`() throws {
        let tree = try SignalTree()
        var measured = SignalTree.busy
        measured.speed = turbo
        measured.managementInterrupts = 2
        let same = tree.findings(
            measured: measured,
            reference: .init(speed: ProcessorSpeed(megahertz: 3200, source: .registers)))
        #expect(same["frequency_mhz"]?.value == 3000)
        #expect(same["frequency_sampled"]?.value == 0)
        #expect(same["frequency_dev_rel"]?.value == -0.0625)
        #expect(same["smi"]?.value == 2)
        let other = tree.findings(
            measured: measured,
            reference: .init(speed: ProcessorSpeed(megahertz: 3200, source: .cycles)))
        #expect(other["frequency_dev_rel"]?.absence?.contains("another way") == true)
    }

    @Test func `without counters a look at the clock is flagged as one`() throws {
        let path = "/sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq"
        let tree = try SignalTree(after: [path: "2900000\n"])
        let found = tree.findings()
        #expect(found["frequency_mhz"]?.value == 2900)
        #expect(found["frequency_sampled"]?.value == 1)
        #expect(found["frequency_dev_rel"]?.value == nil)
    }
}
