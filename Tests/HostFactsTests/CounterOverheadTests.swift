import Testing

@testable import HostFacts

@Suite struct CounterOverheadTests {
    /// Seconds of `alu` on a two-processor virtual machine, plain and with its events counted.
    private static let recorded: [(plain: Double, counted: Double)] = [
        (0.19821, 0.19834), (0.19812, 0.19829), (0.19830, 0.19826), (0.21544, 0.19841),
        (0.19818, 0.19833), (0.19825, 0.19837), (0.19809, 0.20920), (0.19822, 0.19831),
        (0.19816, 0.19830), (0.19827, 0.19840),
    ]

    @Test func `the median of pairs leaves single disturbances out`() throws {
        let share = try #require(CounterOverhead.share(of: Self.recorded))
        #expect((0.0005...0.0008).contains(share))
        #expect(!CounterOverhead.separates(share, noiseFloor: 0.0003))
    }

    @Test func `without a pair nothing is known`() {
        #expect(CounterOverhead.share(of: []) == nil)
        #expect(CounterOverhead.share(of: [(0, 1)]) == nil)
        #expect(!CounterOverhead.separates(nil, noiseFloor: nil))
    }

    @Test(
        arguments: [
            (0.004, nil, false), (0.005, 0.001, false), (0.006, 0.001, true), (0.006, nil, true),
            (0.006, 0.02, false), (0.03, 0.02, true), (-0.01, nil, false),
        ] as [(Double, Double?, Bool)])
    func `times and counts part above half a percent, unless the host's noise is more`(
        share: Double, floor: Double?, expected: Bool
    ) {
        #expect(CounterOverhead.separates(share, noiseFloor: floor) == expected)
        let calibration = HostCalibration(noiseFloor: floor, counterOverhead: share)
        #expect(calibration.separatesCounting == expected)
    }
}
