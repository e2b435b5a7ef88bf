import FleetModel
import Storage
import TestSupport
import Testing

/// What a host says of itself, and what happened on it.
@Suite struct HostTimelineTests {
    private static func facts(
        kernel: String, microcode: String = "0x2b", governor: String = "performance",
        celsius: Int = 40
    ) -> String {
        """
        {"fingerprint":{"platform_epoch":{"digest":"a","facts":{"kernel":"\(kernel)",\
        "microcode":"\(microcode)","cmdline":["quiet","ro"]}},"tuning":{"digest":"b",\
        "facts":{"governor":"\(governor)","no_turbo":1}},"run_state":{"digest":"c",\
        "facts":{"temperature_c":\(celsius)}}},"capabilities":{"arch":"x86_64","limits":[\
        {"code":"no-pmu","subject":"s","message":"no counters","advice":"buy","weight":"limit"},\
        7,{"code":"broken"}]}}
        """
    }

    @Test func `a sheet says which facts differ, and leaves the moment out`() {
        let one = HostFactSheet(Self.facts(kernel: "6.1"))
        let other = HostFactSheet(Self.facts(kernel: "6.12", governor: "powersave", celsius: 70))
        let found = one.differences(to: other)
        #expect(found.map(\.name) == ["kernel", "governor"])
        #expect(found.map(\.layer) == ["platform_epoch", "tuning"])
        #expect(found.first?.sentence == "kernel 6.1 → 6.12")
        #expect(found.map(\.kind) == [.kernel, .tuning])
        #expect(one.differences(to: one).isEmpty)
        #expect(one.layers["platform_epoch"]?["cmdline"] == "quiet, ro")
        #expect(one.layers["tuning"]?["no_turbo"] == "1")
        // A limit that cannot be read takes none of the others along.
        #expect(one.limits.map(\.code) == ["no-pmu"])
        let absent = one.differences(to: HostFactSheet(nil))
        #expect(absent.allSatisfy { $0.second == nil && $0.first != nil } && absent.count == 5)
    }

    @Test(arguments: [nil, "", "{}", "no JSON", #"{"fingerprint":7}"#, #"{"capabilities":[]}"#])
    func `what cannot be read says nothing`(_ text: String?) {
        let sheet = HostFactSheet(text)
        #expect(sheet.layers.isEmpty && sheet.limits.isEmpty)
    }

    @Test(arguments: TestBackend.available)
    func `events of all kinds stand in one order`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let hosts = HostStore(fixture.database)
            let first = try await fixture.reopened(agent, facts: Self.facts(kernel: "6.1"))
            _ = try await fixture.reopened(first, facts: Self.facts(kernel: "6.12"))
            _ = try await hosts.carryOut(.drain, on: agent.host, by: "ann", because: "disk")
            for state in [CanaryResult.State.valid, .warn, .warn, .quarantine] {
                _ = try await hosts.take(
                    [
                        CanaryResult(
                            name: "alu", runs: 1, median: 1, mad: 0, instructions: nil, z: nil,
                            limits: nil, state: state, reason: "\(state)")
                    ], of: agent.host, attempt: nil)
            }
            let events = HostTimeline.events(
                HostTimeline.Sources(
                    host: try #require(try await hosts.host(agent.host)),
                    starts: try await hosts.starts(of: agent.host, limit: 10),
                    moves: try await hosts.moves(of: agent.host, limit: 10), certificates: [],
                    canaries: try await hosts.canaries(of: agent.host, limit: 10)))
            // Newest first; a deviation that goes on is one event.
            #expect(
                events.map(\.kind) == [.canary, .canary, .state, .agent, .agent, .agent, .state])
            #expect(events[0].isBad && events[0].detail == "quarantine")
            #expect(!events[1].isBad && events[1].detail == "warn")
            #expect(events[2].title == "From active to draining")
            #expect(events[2].detail == "by ann: disk")
            #expect(events[2].before == "active" && events[2].after == "draining")
            #expect(events[3].changes.map(\.sentence) == ["kernel 6.1 → 6.12"])
            #expect(events[6].title == "Enrolled")
        }
    }
}
