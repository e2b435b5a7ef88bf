import CrashPoints
import Foundation
import Glibc
import TestSupport
import Testing

/// Ends the real program with SIGKILL at each named point of tuning and of putting back, on a host
/// made of files, and looks whether the next start leaves every value as it was.
@Suite struct TuningCrashTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let point: CrashPoint
        /// Met for the how manieth time.
        let time: Int
        var testDescription: String { "\(point.name)#\(time)" }
    }

    /// Points that are met once in a span.
    private static let single: Set<CrashPoint> = [
        .tuningLocked, .tuningHeaderWriting, .tuningHeaderWritten, .tuningApplied,
        .tuningServiceStopping, .tuningServiceStopped, .tuningServiceStarting,
        .tuningServiceStarted, .tuningJournalClearing, .tuningJournalTruncated,
        .tuningJournalCleared, .tuningHolding, .tuningHeld, .tuningRestoreBegun,
        .tuningKnobRejected,
    ]
    private static let points = CrashPoint.allCases.filter(\.isOfTuning)
    private static let cases = points.flatMap { point -> [Case] in
        if point == .tuningReplayRead { return [1, 2].map { Case(point: point, time: $0) } }
        let times = single.contains(point) ? [1] : [1, 2, 9, 17]
        return times.map { Case(point: point, time: $0) }
    }
    private static let restoring = points.filter { $0.name.hasPrefix("tuningRestore") }

    @Test func `there are at least twenty points`() {
        #expect(Self.points.count >= 20)
    }

    @Test(arguments: cases)
    func `a killed tuner leaves nothing changed behind`(_ given: Case) async throws {
        try await ScratchFolder.lend { folder in
            let host = try CrashedHost(folder)
            let status = try await host.tune(["--profile", "strict", "--hold", "0s"], given)
            #expect(status == -SIGKILL, "the point was not met: \(host.said)")
            #expect(try await host.tune(["--restore"]) == 0, "\(host.said)")
            host.expectUnchanged()
        }
    }

    @Test(arguments: restoring)
    func `killed again while putting back, the next start ends it`(
        _ point: CrashPoint
    ) async throws {
        try await ScratchFolder.lend { folder in
            let host = try CrashedHost(folder)
            let applied = Case(point: .tuningApplied, time: 1)
            #expect(try await host.tune(["--profile", "strict"], applied) == -SIGKILL)
            let time = point == .tuningRestoreBegun ? 1 : 5
            let killed = try await host.tune(["--restore"], Case(point: point, time: time))
            #expect(killed == -SIGKILL, "the point was not met: \(host.said)")
            // The next span puts back first, by itself.
            #expect(try await host.tune(["--knob", "swappiness", "--hold", "0s"]) == 0)
            host.expectUnchanged()
        }
    }

    @Test func `a signal ends the hold and puts everything back`() async throws {
        try await ScratchFolder.lend { folder in
            let host = try CrashedHost(folder)
            let program = try host.start(["--knob", "swappiness"], nil)
            try await eventually("nothing was held: \(host.said)") { host.said.contains("held") }
            #expect(host.host.text("/proc/sys/vm/swappiness") == "10")
            #expect(try await host.tune(["--knob", "swappiness", "--hold", "0s"]) == 4)
            #expect(host.said.contains("another agent tunes this host (pid "))
            #expect(try await program.end(SIGTERM) == 0)
            host.expectUnchanged()
        }
    }
}

/// A host of files with the program that tunes it.
private final class CrashedHost: Sendable {
    let host: TuningTree
    private let folder: String
    private let before: [String: String]

    init(_ folder: String) throws {
        self.folder = folder
        // The kernel takes this one and makes nothing of it.
        host = try TuningTree(below: folder)
        try host.replace("/sys/kernel/mm/ksm/run", byLinkTo: "/dev/null")
        before = host.values()
    }

    var said: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

    func start(
        _ options: [String], _ crash: TuningCrashTests.Case?
    ) throws -> RunningProgram {
        var environment: [String: String] = [:]
        if let crash {
            environment["FLEETMARK_CRASH_POINT"] = "\(crash.point.name)#\(crash.time)"
        }
        return try RunningProgram(
            try BuiltProducts.path(of: "fleetmark-agent"),
            ["tune", "--root", host.root, "--state-dir", folder + "/state"] + options,
            environment: environment, logFile: folder + "/log")
    }

    /// Returns: the exit status, or the negative number of a signal.
    func tune(_ options: [String], _ crash: TuningCrashTests.Case? = nil) async throws -> Int32 {
        try await start(options, crash).wait()
    }

    func expectUnchanged() {
        #expect(host.values() == before)
        let journal = try? String(contentsOfFile: folder + "/state/tuning.journal", encoding: .utf8)
        #expect((journal ?? "") == "", "the journal is not empty")
    }
}
