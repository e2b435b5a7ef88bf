import AgentProtocol
import Foundation
import Glibc
import TestSupport
import Testing

/// What an agent does at its start with the journal of one that was killed while it tuned the host.
///
/// The value in the journal is the one that the real host has, so nothing on it is changed.
@Suite(.serialized) struct TuningReplayTests {
    private static let knob = "/proc/sys/vm/swappiness"

    @Test func `the journal is replayed before any work is taken`() async throws {
        try await TestFleet.lend { fleet in
            _ = try await fleet.commit()
            let commit = try await fleet.commit()
            try await fleet.addProject()
            _ = try await fleet.enrol(token: try await fleet.token())
            try await leaveJournal(fleet)
            #expect(try journal(fleet).contains("swappiness"))
            try fleet.startAgent()
            let run = try await fleet.triggerRun(of: commit)
            #expect(try await fleet.finished(run)["state"]?.text == "succeeded")
            #expect(try journal(fleet) == "")
            try expectOffMeasuringCores(fleet)
        }
    }

    @Test func `a journal that cannot be used stops work until a person accepts the host`()
        async throws
    {
        try await TestFleet.lend { fleet in
            _ = try await fleet.commit()
            let commit = try await fleet.commit()
            try await fleet.addProject()
            _ = try await fleet.enrol(token: try await fleet.token())
            try await leaveJournal(fleet)
            // Without its header nobody knows which boot it is from.
            let rest = try journal(fleet).split(separator: "\n").dropFirst().joined(separator: "\n")
            try (rest + "\n").write(
                toFile: path(fleet), atomically: false, encoding: .utf8)
            let run = try await fleet.triggerRun(of: commit)
            let agent = try fleet.startAgent()
            try await eventually("the agent did not say it: \(agent.output)") {
                agent.output.contains("has lost its beginning")
            }
            #expect(agent.output.contains("tune --restore --accept"))
            let state = try await fleet.api.call("GET", "/runs/\(run)").body["state"]?.text
            #expect(state == "queued")
            let refused = try await tune(fleet, ["--restore"])
            #expect(refused.status == 4, "\(refused.said)")
            let accepted = try await tune(fleet, ["--restore", "--accept"])
            #expect(accepted.status == 0, "\(accepted.said)")
            // The controller has its own doubts, until a person takes them away.
            let host = try #require(try await fleet.api.get("/hosts").items.first)
            #expect(host["state"]?.text == "quarantined", "\(host)")
            let id = try #require(host["id"]?.text)
            let resumed = try await fleet.api.call("POST", "/hosts/\(id)/resume", .object([:]))
            #expect(resumed.status == 200, "\(resumed.body)")
            #expect(try await fleet.finished(run)["state"]?.text == "succeeded")
        }
    }

    /// On a host with a core to spare, no thread of the agent may run everywhere.
    private func expectOffMeasuringCores(_ fleet: TestFleet) throws {
        let all = try allowed("/proc/self/status")
        guard all.contains(where: { $0 == "-" || $0 == "," }) else { return }
        let folder = fleet.agentFolder("agent")
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter {
            let words = (try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8)) ?? ""
            return Int32($0) != nil && words.contains("run\0--state-dir\0\(folder)\0")
        }
        let process = try #require(processes.first)
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
        #expect(!threads.isEmpty)
        for thread in threads {
            let found = try? allowed("/proc/\(process)/task/\(thread)/status")
            #expect(found != all, "thread \(thread)")
        }
    }

    private func allowed(_ status: String) throws -> String {
        let text = try String(contentsOfFile: status, encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        return String(line?.split(separator: "\t").last ?? "")
    }

    private func path(_ fleet: TestFleet) -> String {
        fleet.agentFolder("agent") + "/tuning.journal"
    }

    private func journal(_ fleet: TestFleet) throws -> String {
        try String(contentsOfFile: path(fleet), encoding: .utf8)
    }

    /// Kills a tuner on a host of files just when everything is set.
    private func leaveJournal(_ fleet: TestFleet) async throws {
        let root = fleet.folder + "/host"
        let files = [
            "/proc/self/status", "/proc/sys/kernel/random/boot_id", Self.knob, "/proc/cpuinfo",
        ]
        for file in files {
            var text = try String(contentsOfFile: file, encoding: .utf8)
            if file == "/proc/cpuinfo" { text = "processor\t: 0\nflags\t\t: fpu\n" }
            let place = URL(filePath: root + file)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: place, atomically: false, encoding: .utf8)
        }
        try FileManager.default.createDirectory(
            atPath: root + "/run", withIntermediateDirectories: true)
        // As if the host had been set to 10 from what it has.
        let killed = try await tune(
            fleet, ["--root", root, "--knob", "swappiness"],
            environment: ["FLEETMARK_CRASH_POINT": "tuningApplied"])
        #expect(killed.status == -SIGKILL, "\(killed.said)")
    }

    private func tune(
        _ fleet: TestFleet, _ options: [String], environment: [String: String] = [:]
    ) async throws -> (status: CInt, said: String) {
        let program = try RunningProgram(
            BuiltProducts.path(of: "fleetmark-agent"),
            ["tune", "--state-dir", fleet.agentFolder("agent")] + options,
            environment: environment, logFile: "\(fleet.folder)/tune-\(UUID().uuidString).log")
        return (try await program.wait(), program.output)
    }
}
