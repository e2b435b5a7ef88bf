import Testing

@testable import WebSupport

/// Comparisons of what two hosts measured.
@Suite struct ComparisonHostsTests {
    private static let path = "/projects/lantern/comparisons"

    /// The base measured on one host, and the candidate on another.
    private struct Hosts: Sendable {
        let fleet: SampleFleet
        let old: String
        let new: String

        static func with(
            _ body: @escaping @Sendable (Hosts) async throws -> Void
        ) async throws {
            try await SampleFleet.with { fleet in
                let old = try await fleet.measure(commit: fleet.repository.main[1]).run
                var other = SampleAgent(fixture: fleet.fixture)
                guard case .object(var facts) = SampleAgent.facts else { return }
                facts["name"] = "bench-02"
                facts["machine_id_hash"] = "other"
                let enrolled = try await other.enrol(
                    token: try await fleet.fixture.token(), as: .object(facts))
                other.certificate = try SampleAgent.certificate(of: enrolled)
                other.session = try await other.openSession().known("session_id")
                let second = SampleFleet(
                    fixture: fleet.fixture, repository: fleet.repository, agent: other)
                let new = try await second.measure(commit: fleet.repository.main[2])
                try await body(Hosts(fleet: fleet, old: old, new: new.run))
            }
        }
    }

    @Test func `runs of two hosts are not compared`() async throws {
        try await Hosts.with { hosts in
            let fleet = hosts.fleet
            let reply = try await fleet.fixture.post(
                Self.path,
                ["base": ["run": .string(hosts.old)], "candidate": ["run": .string(hosts.new)]])
            #expect(reply.reason == "not_comparable")
            #expect(reply["details"]["mismatch"].string == "host")
            #expect(reply["message"].string?.contains("With across_hosts=ratio") == true)
            // They were measured beside two commits.
            let ratio = try await fleet.fixture.post(
                Self.path + "?across_hosts=ratio",
                ["base": ["run": .string(hosts.old)], "candidate": ["run": .string(hosts.new)]])
            #expect(ratio.reason == "not_comparable", "\(ratio.text)")
            #expect(ratio["message"].string?.contains("there are no ratios") == true)
        }
    }

    @Test func `they are by the ratios of pairs, where somebody asks for it`() async throws {
        try await Hosts.with { hosts in
            let fleet = hosts.fleet
            let here = try await fleet.measure(commit: fleet.repository.main[2], factor: 1.2)
            let sides: JSONValue = [
                "base": ["run": .string(here.run)], "candidate": ["run": .string(hosts.new)],
            ]
            #expect(try await fleet.fixture.post(Self.path, sides).reason == "not_comparable")
            let ratio = try await fleet.fixture.post(Self.path + "?across_hosts=ratio", sides)
            #expect(ratio["design"].string == "across_hosts", "\(ratio.text)")
            #expect(ratio["direction"].string == "improved")
            #expect(ratio["warnings"].items.first?["reason"].string == "across_hosts")
        }
    }

    @Test func `a side may be narrowed to a host`() async throws {
        try await Hosts.with { hosts in
            let fleet = hosts.fleet
            let here = try await fleet.measure(commit: fleet.repository.main[2], factor: 1.2)
            let narrowed = try await fleet.fixture.post(
                Self.path,
                [
                    "base": ["run": .string(here.run)], "save": false,
                    "candidate": [
                        "commit": .string(fleet.repository.main[2]), "host": "bench-02",
                    ],
                ])
            #expect(narrowed.reason == "not_comparable", "\(narrowed.text)")
            let nowhere = try await fleet.fixture.post(
                Self.path,
                [
                    "base": ["run": .string(hosts.old)],
                    "candidate": ["ref": "main", "host": "bench-99"],
                ])
            #expect(nowhere.status == 404)
        }
    }
}
