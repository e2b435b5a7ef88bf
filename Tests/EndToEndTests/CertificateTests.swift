import AgentProtocol
import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// Certificates between real programs: who gets in, who does not, and what is said of it.
@Suite struct CertificateTests {
    @Test func `without a certificate each route says that one is needed`() async throws {
        try await TestFleet.lend { fleet in
            try await fleet.withAgentRoutes(showing: nil) { client in
                for route in AgentRoutesClient.routes {
                    let reply = try await client.call(route.method, route.path)
                    #expect(reply.status == 401, "\(route)")
                    #expect(reply.reason == "certificate_required", "\(route)")
                }
                // Enrolment asks for its token instead.
                let enrol = try await client.call(.POST, AgentRoute.enroll)
                #expect(enrol.status == 422, "\(enrol.body)")
            }
        }
    }

    @Test func `a revoked certificate is refused on each route, and others are not`()
        async throws
    {
        try await TestFleet.lend { fleet in
            #expect(try await fleet.enrol(token: try await fleet.token()).status == 0)
            let pair = try fleet.pair()
            try await fleet.withAgentRoutes(showing: pair) { client in
                for route in AgentRoutesClient.routes {
                    let reply = try await client.call(route.method, route.path)
                    #expect(reply.status != 401, "\(route) \(reply.body)")
                }
                try await fleet.revoke(try await fleet.certificates().first, reason: "stolen")
                for route in AgentRoutesClient.routes {
                    let reply = try await client.call(route.method, route.path)
                    #expect(reply.status == 401, "\(route)")
                    #expect(reply.reason == "certificate_revoked", "\(route)")
                    #expect(reply.body["message"]?.text?.contains("stolen") == true)
                }
            }
        }
    }

    enum Stranger: String, CaseIterable, CustomStringConvertible {
        case expired, foreign
        var description: String { rawValue }

        func pair(in fleet: TestFleet) throws -> KeyPair {
            guard let agent = try fleet.identity()["agent_id"]?.text else {
                throw FleetProblem("no agent in the identity")
            }
            switch self {
            case .expired:
                return try CertificateMaker(ofFleetIn: fleet.folder).agent(agent, lifetime: -60)
            case .foreign: return try CertificateMaker().agent(agent)
            }
        }
    }

    @Test(arguments: Stranger.allCases)
    func `an expired and a foreign certificate get no answer on any route`(
        _ stranger: Stranger
    ) async throws {
        try await TestFleet.lend { fleet in
            #expect(try await fleet.enrol(token: try await fleet.token()).status == 0)
            try await fleet.withAgentRoutes(showing: try stranger.pair(in: fleet)) { client in
                for route in AgentRoutesClient.routes {
                    await #expect(throws: (any Error).self, "\(route)") {
                        try await client.call(route.method, route.path)
                    }
                }
            }
        }
    }

    @Test(arguments: Stranger.allCases)
    func `an agent says that its certificate is refused, and how to go on`(
        _ stranger: Stranger
    ) async throws {
        try await TestFleet.lend { fleet in
            #expect(try await fleet.enrol(token: try await fleet.token()).status == 0)
            try fleet.show(try stranger.pair(in: fleet))
            let agent = try fleet.startAgent()
            #expect(try await agent.wait() == 6)
            let said = agent.output
            #expect(said.contains("refuses this host's certificate"), "\(said)")
            #expect(said.contains("valid until"), "\(said)")
            #expect(said.contains("fleetmark-agent enroll --force"), "\(said)")
            let reason =
                switch stranger {
                case .expired: "has expired"
                case .foreign: "authority"
                }
            #expect(said.contains(reason), "\(said)")
        }
    }

    @Test func `an agent without a certificate says so`() async throws {
        try await TestFleet.lend { fleet in
            #expect(try await fleet.enrol(token: try await fleet.token()).status == 0)
            try fleet.changeIdentity { $0["certificate"] = nil }
            let agent = try fleet.startAgent()
            #expect(try await agent.wait() == 4)
            #expect(agent.output.contains("Enrol again"), "\(agent.output)")
        }
    }

    @Test(arguments: FleetStore.available)
    func `a running agent ends at once when its certificate is revoked, and may enrol anew`(
        _ store: FleetStore
    ) async throws {
        try await TestFleet.lend(on: store) { fleet in
            try await fleet.join()
            try await eventually("the agent is not there") {
                try await fleet.api.get("/hosts").items.first?["contact"]?.text == "online"
            }
            try await fleet.revoke(try await fleet.certificates().first, reason: "stolen")
            let agent = try fleet.program("agent")
            #expect(try await agent.wait() == 6)
            #expect(agent.output.contains("certificate_revoked"), "\(agent.output)")
            #expect(agent.output.contains("stolen"), "\(agent.output)")
            let again = try await fleet.enrol(
                token: try await fleet.token(), options: ["--force"])
            #expect(again.status == 0, "\(again.said)")
            #expect(try await fleet.api.get("/hosts").items.count == 1)
            try fleet.startAgent()
            let commit = try await fleet.commit()
            try await fleet.addProject()
            let run = try await fleet.triggerRun(of: commit)
            #expect(try await fleet.finished(run)["state"]?.text == "succeeded")
        }
    }

    @Test func `a running agent renews its certificate and works on with it`() async throws {
        try await TestFleet.lend { fleet in
            #expect(try await fleet.enrol(token: try await fleet.token()).status == 0)
            let old = try fleet.pair()
            let former = try #require(try await fleet.certificates().first)
            try fleet.changeIdentity { $0["renew_after_us"] = .integer(0) }
            try fleet.startAgent()
            try await eventually("the agent did not renew its certificate") {
                try fleet.pair().certificate != old.certificate
            }
            #expect(try fleet.pair().key != old.key)
            #expect(try await fleet.certificates().count == 2)
            // The agent goes on without its old certificate.
            try await fleet.revoke(former, reason: "renewed")
            let commit = try await fleet.commit()
            try await fleet.addProject()
            let run = try await fleet.triggerRun(of: commit)
            #expect(try await fleet.finished(run)["state"]?.text == "succeeded")
            try Self.expectNoKey(try fleet.pair(), in: fleet.folder + "/controller")
        }
    }

    /// No file of the controller holds the agent's private key.
    private static func expectNoKey(_ pair: KeyPair, in folder: String) throws {
        let secret = Data(try #require(pair.key.split(separator: "\n").dropFirst().first).utf8)
        var count = 0
        for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
                continue
            }
            count += 1
            #expect(data.range(of: secret) == nil, "\(name)")
        }
        #expect(count > 3)
    }

    @Test func `a rotation leaves agents at work, and after it the old ones stay out`()
        async throws
    {
        try await TestFleet.lend { fleet in
            #expect(try await fleet.enrol(token: try await fleet.token()).status == 0)
            try await Self.rotate(fleet)
            try await fleet.killController()
            try await fleet.restartController()
            // The old certificate still serves, and its renewal brings both authorities.
            try fleet.changeIdentity { $0["renew_after_us"] = .integer(0) }
            let agent = try fleet.startAgent()
            try await eventually("the agent did not learn of the new authority") {
                try fleet.identity()["authorities_der"]?.items.count == 2
            }
            #expect(try await agent.end() == 0)
            let stranger = try CertificateMaker(ofFleetIn: fleet.folder)
                .agent(Self.someAgent)
            try await fleet.killController()
            try fleet.endOverlap()
            try await fleet.restartController()
            try await fleet.withAgentRoutes(showing: try fleet.pair()) { client in
                let reply = try await client.call(.POST, AgentRoute.session)
                #expect(reply.status != 401, "\(reply.body)")
            }
            try await fleet.withAgentRoutes(showing: stranger) { client in
                await #expect(throws: (any Error).self) {
                    try await client.call(.POST, AgentRoute.session)
                }
            }
            let sessions = agent.output.components(separatedBy: "session opened").count
            let back = try fleet.startAgent()
            try await eventually("the renewed agent did not come back") {
                back.output.components(separatedBy: "session opened").count > sessions
            }
        }
    }

    private static func rotate(_ fleet: TestFleet) async throws {
        let shown = try await fleet.authorityCommand("show")
        #expect(shown.status == 0, "\(shown.said)")
        #expect(shown.said.contains("in force"), "\(shown.said)")
        let rotated = try await fleet.authorityCommand("rotate", "--overlap", "1h")
        #expect(rotated.status == 0, "\(rotated.said)")
        #expect(rotated.said.contains("takes over at"), "\(rotated.said)")
        #expect(try await fleet.authorityCommand("rotate").status == 4)
    }

    private static let someAgent = "01975a00-0000-7000-8000-000000000007"
}

extension TestFleet {
    /// Lets the overlap of a rotation be over.
    fileprivate func endOverlap() throws {
        try Data("1\n".utf8).write(
            to: URL(fileURLWithPath: folder + "/controller/certificates/ca-next.until"))
    }
}
