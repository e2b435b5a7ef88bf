import CrashPoints
import Foundation
import Glibc
import Isolation
import LinuxSystem
import TestSupport
import Testing

/// The real program on the real knobs of a machine that is there for nothing else: only
/// `scripts/prove cgroup2` says so, inside the one that it emulates.
@Suite(.serialized, .enabled(if: getenv("FLEETMARK_TEST_REAL_KNOBS") != nil))
struct RealKnobTests {
    /// Met only where a unit is stopped, or where the kernel makes something else of a value.
    private static let elsewhere: Set<CrashPoint> = [
        .tuningServiceStopping, .tuningServiceStopped, .tuningServiceStarting,
        .tuningServiceStarted, .tuningKnobRejected,
    ]
    /// Met for each value: in the midst of them.
    private static let repeated: Set<CrashPoint> = [
        .tuningKnobRead, .tuningChangeAnnouncing, .tuningChangeAnnounced, .tuningChangeSynced,
        .tuningKnobWritten, .tuningKnobVerified, .tuningResultRecorded, .tuningRestoreRead,
        .tuningRestoreWriting, .tuningRestoreWritten, .tuningRestoreVerified,
        .tuningRestoreRecorded,
    ]
    private static let points = CrashPoint.allCases.filter {
        $0.isOfTuning && !elsewhere.contains($0)
    }
    /// Every kernel that the tests run on has these, and another value in them than is wanted.
    private static let known: Set<String> = [
        "swappiness", "writeback", "huge_pages", "same_page_merging", "watchdogs",
        "timer_migration", "workqueues", "irq_affinity",
    ]

    @Test func `a killed tuner leaves no real knob changed`() async throws {
        #expect(Self.points.count >= 20)
        try KernelTree().write("1", to: "/sys/kernel/mm/ksm/run")
        try await ScratchFolder.lend { folder in
            let before = values(folder)
            var changed: Set<String> = []
            for point in Self.points {
                let time = Self.repeated.contains(point) ? "#5" : ""
                let killed = try await tune(
                    folder, ["--profile", "strict", "--force", "--hold", "0s"], point.name + time)
                #expect(killed == -SIGKILL, "\(point) was not met: \(said(folder))")
                if point == .tuningApplied {
                    changed = Set(values(folder).filter { before[$0.key] != $0.value }.keys)
                }
                #expect(try await tune(folder, ["--restore"]) == 0, "\(said(folder))")
                #expect(values(folder) == before, "\(point)")
            }
            let knobs = Set(changed.compactMap { $0.split(separator: " ").first.map(String.init) })
            #expect(knobs.isSuperset(of: Self.known), "\(knobs.sorted())")
            print(
                "real knobs: \(changed.count) values of \(knobs.count) knobs, killed at "
                    + "\(Self.points.count) points: \(knobs.sorted().joined(separator: " "))")
        }
    }

    /// What stands in everything that the profile would set, by `KNOB PATH`.
    private func values(_ folder: String) -> [String: String] {
        let tree = KernelTree()
        let tuner = HostTuner(
            HostTuner.Parts(
                files: tree, services: ServiceControl(files: tree, runner: HostPrograms()),
                places: TuningPlaces(journal: folder + "/none"), agentVersion: "0",
                wallClock: { 0 }))
        let wish = HostTuner.Wish(
            profile: .strict, housekeeping: [0], measuring: [1, 2, 3], isForced: true)
        return Dictionary(
            tuner.preview(wish).reports.filter { $0.wanted != nil }
                .map { ("\($0.knob) \($0.path)", $0.now ?? "") },
            uniquingKeysWith: { first, _ in first })
    }

    private func tune(
        _ folder: String, _ options: [String], _ point: String? = nil
    ) async throws -> Int32 {
        try await RunningProgram(
            try BuiltProducts.path(of: "fleetmark-agent"),
            ["tune", "--state-dir", folder + "/state"] + options,
            environment: point.map { ["FLEETMARK_CRASH_POINT": $0] } ?? [:],
            logFile: folder + "/log"
        ).wait()
    }

    private func said(_ folder: String) -> String {
        String(((try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "").suffix(2000))
    }
}
