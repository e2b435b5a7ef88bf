import FleetModel
import Testing

@testable import HostFacts

/// Rules are data, so each is held by a case: what a dedicated host says, and a shared one.
@Suite struct HostProfileTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let finding: SignalFinding
        let dedicated: Validity
        let shared: Validity
        let reason: String
        var testDescription: String { "\(finding.name) \(finding.value ?? -1)" }
    }

    private static func case_(
        _ name: String, _ value: Double, _ amount: Double? = nil, _ dedicated: Validity,
        _ shared: Validity, _ reason: String
    ) -> Case {
        Case(
            finding: SignalFinding(name, value, amount: amount), dedicated: dedicated,
            shared: shared, reason: reason)
    }

    static let cases = [
        case_("steal_share", 0.0005, 20, .clean, .clean, "steal"),
        case_("steal_share", 0.005, 20, .suspect, .clean, "steal"),
        case_("steal_share", 0.05, 50, .invalid, .suspect, "steal"),
        // One tick of a short span says nothing.
        case_("steal_share", 0.5, 9, .clean, .clean, "steal"),
        case_("foreign_share", 0.01, 40, .suspect, .clean, "foreign_load"),
        case_("foreign_share", 0.06, 60, .invalid, .clean, "foreign_load"),
        case_("foreign_share", 0.5, 500, .invalid, .suspect, "foreign_load"),
        case_("foreign_share", 0.9, 20, .clean, .clean, "foreign_load"),
        case_("throttle_events", 1, nil, .invalid, .invalid, "throttled"),
        case_("kernel_machine_checks", 1, nil, .invalid, .invalid, "machine_check"),
        case_("kernel_out_of_memory", 1, nil, .invalid, .invalid, "out_of_memory"),
        case_("clock_changed", 1, nil, .invalid, .invalid, "clock"),
        case_("swap_pages", 4, nil, .invalid, .suspect, "swap"),
        case_("frequency_dev_rel", -0.02, nil, .suspect, .suspect, "frequency_low"),
        case_("frequency_dev_rel", 0.02, nil, .suspect, .suspect, "frequency_high"),
        case_("frequency_dev_rel", 0.005, nil, .clean, .clean, "frequency_high"),
        case_("temperature_excess_c", 6, nil, .suspect, .suspect, "temperature"),
        case_("major_faults", 1, nil, .suspect, .suspect, "major_faults"),
        case_("device_interrupts", 3, nil, .suspect, .clean, "interrupted"),
        case_("clock_unsynchronised", 1, nil, .suspect, .clean, "clock"),
        case_("involuntary_switches_per_s", 50, 10, .suspect, .clean, "involuntary_switches"),
        case_("involuntary_switches_per_s", 200, 40, .suspect, .suspect, "involuntary_switches"),
    ]

    @Test(arguments: cases)
    func `each limit grades as its profile says`(one: Case) {
        for (profile, wanted) in [
            (HostProfile.dedicated, one.dedicated), (.shared, one.shared),
        ] {
            let verdict = profile.verdict(on: [one.finding])
            #expect(verdict.validity == wanted, "\(profile.name)")
            #expect(verdict.reasons == (wanted == .clean ? [] : [one.reason]), "\(profile.name)")
        }
    }

    @Test func `the worst reason stands first, and absence breaks no rule`() {
        let verdict = HostProfile.dedicated.verdict(on: [
            SignalFinding("device_interrupts", 5), SignalFinding("throttle_events", 1),
            SignalFinding("steal_share", absent: "no file"),
            SignalFinding("kernel_thermal", 1),
        ])
        #expect(verdict == NoiseVerdict(validity: .invalid, reasons: ["throttled", "interrupted"]))
    }

    @Test func `a quiet recorded machine is clean on a shared profile`() throws {
        let findings = Array(try SignalTree().findings().values)
        #expect(HostProfile.shared.verdict(on: findings) == .clean)
    }
}
