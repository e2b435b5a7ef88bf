import AgentProtocol
import Foundation
import Glibc
import TestSupport
import Testing

/// Where the controller of a test keeps its data.
enum FleetStore: String, CaseIterable, CustomStringConvertible {
    case sqlite
    case postgres

    static let available: [FleetStore] = TestPostgres.server == nil ? [.sqlite] : allCases

    var description: String { rawValue }
}

/// A controller, its agents and one repository: real programs over TLS on loopback.
final class TestFleet {
    let folder: String
    let gates: Gates
    private(set) var repository: GatedRepository
    private(set) var api: FleetAPI
    private let storeArguments: [String]
    private var controller: RunningProgram
    private var agents: [String: RunningProgram] = [:]
    private var facts: Facts

    private struct Facts: Decodable {
        let public_url: String
        let agents_url: String
        let ca_fingerprint: String
    }

    /// Lends a fleet with a controller and no agent.
    static func lend(
        on store: FleetStore = .sqlite, _ body: (TestFleet) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            switch store {
            case .sqlite: try await lend(in: folder, ["--storage-type", "sqlite"], body)
            case .postgres:
                try await TestPostgres.withEmptyDatabase { connection in
                    try await lend(
                        in: folder, ["--storage-type", "postgres", "--database-url", connection],
                        body)
                }
            }
        }
    }

    private static func lend(
        in folder: String, _ storeArguments: [String], _ body: (TestFleet) async throws -> Void
    ) async throws {
        let fleet = try await TestFleet(folder, storeArguments)
        do {
            try await body(fleet)
        } catch {
            try? await fleet.end(SIGKILL)
            throw FleetProblem("\(error)\n\(fleet.reports)")
        }
        try await fleet.end(SIGTERM)
    }

    private init(_ folder: String, _ storeArguments: [String]) async throws {
        self.folder = folder
        self.storeArguments = storeArguments
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
        repository = try await GatedRepository(in: folder)
        gates = repository.gates
        (controller, facts) = try await Self.start(folder, storeArguments, ports: nil)
        let key = try String(contentsOfFile: folder + "/controller/admin.key", encoding: .utf8)
        api = try FleetAPI(
            address: facts.public_url,
            authorityFile: folder + "/controller/certificates/ca.crt",
            key: key.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private static func start(
        _ folder: String, _ storeArguments: [String], ports: [Int]?,
        environment: [String: String] = [:]
    ) async throws -> (RunningProgram, Facts) {
        let ready = folder + "/ready.json"
        try? FileManager.default.removeItem(atPath: ready)
        let ports = ports ?? [0, 0]
        let program = try RunningProgram(
            BuiltProducts.path(of: "fleetmark-controller"),
            [
                "serve", "--state-dir", folder + "/controller", "--ready-file", ready,
                "--bind", "127.0.0.1", "--port", "\(ports[0])",
                "--agents-bind", "127.0.0.1", "--agents-port", "\(ports[1])",
                "--allow-transport", "file", "--allow-transport", "git", "--calls-per-minute", "0",
            ] + storeArguments, environment: environment, logFile: folder + "/controller.log")
        try await eventually("the controller did not start:\n\(program.output)") {
            FileManager.default.fileExists(atPath: ready)
        }
        let data = FileManager.default.contents(atPath: ready) ?? Data()
        return (program, try JSONDecoder().decode(Facts.self, from: data))
    }

    private func end(_ signal: CInt) async throws {
        try await api.close()
        for agent in agents.values { try await agent.end(signal) }
        try await controller.end(signal)
    }

    /// The ends of all logs.
    private var reports: String {
        let programs = [("controller", controller)] + agents.map { ($0.key, $0.value) }
        return programs.map { "--- \($0.0)\n\($0.1.output.suffix(3000))" }
            .joined(separator: "\n")
    }
}

// MARK: Programs

extension TestFleet {
    var agentsAddress: String { facts.agents_url }
    var publicAddress: String { facts.public_url }
    var authorityFingerprint: String { facts.ca_fingerprint }

    func agentFolder(_ name: String) -> String { "\(folder)/\(name)" }

    /// A fresh enrolment token.
    func token() async throws -> String {
        let reply = try await api.call(
            "POST", "/enrolment-tokens", .object(["preapproved": .bool(true)]))
        guard let token = reply.body["token"]?.text else {
            throw FleetProblem("no token: \(reply.body)")
        }
        return token
    }

    /// Runs `fleetmark-agent enroll` to its end.
    ///
    /// `onOtherMachine`: with another machine id, in a mount namespace of its own.
    func enrol(
        _ name: String = "agent", token: String, onOtherMachine: Bool = false,
        options: [String] = [], environment: [String: String] = [:]
    ) async throws -> (status: CInt, said: String) {
        let file = "\(folder)/\(name).token"
        try Data((token + "\n").utf8).write(to: URL(fileURLWithPath: file))
        var words = [
            try BuiltProducts.path(of: "fleetmark-agent"), "enroll", facts.agents_url,
            "--token-file", file, "--name", name,
            "--ca-fingerprint", facts.ca_fingerprint, "--state-dir", agentFolder(name),
        ]
        words += options
        if onOtherMachine {
            let machine = "\(folder)/\(name).machine-id"
            try Data("0123456789abcdef0123456789abcdef\n".utf8)
                .write(to: URL(fileURLWithPath: machine))
            let script = "mount --bind \(machine) /etc/machine-id && exec \"$@\""
            words = ["/usr/bin/unshare", "-m", "/bin/sh", "-c", script, "sh"] + words
        }
        let program = try RunningProgram(
            words[0], Array(words.dropFirst()), environment: environment,
            logFile: "\(folder)/\(name)-enroll.log")
        return (try await program.wait(), program.output)
    }

    /// Starts an enrolled agent on the folder of `name`; `options` may ask for canaries.
    @discardableResult
    func startAgent(
        _ name: String = "agent", allowing repositories: String = "*", _ options: [String] = [],
        environment: [String: String] = [:]
    ) throws -> RunningProgram {
        let program = try RunningProgram(
            BuiltProducts.path(of: "fleetmark-agent"),
            [
                "run", "--state-dir", agentFolder(name), "--canary", "off",
                "--allow-repository", repositories, "--allow-transport", "file",
                "--allow-transport", "git", "--tuning", "observe", "--noise-profile", "off",
                "--writable", gates.folder,
            ] + options, environment: environment, logFile: "\(folder)/\(name).log")
        agents[name] = program
        return program
    }

    /// Enrols and starts an agent.
    func join(_ name: String = "agent", _ options: [String] = []) async throws {
        let enrolled = try await enrol(name, token: try await token())
        guard enrolled.status == 0 else { throw FleetProblem("enroll: \(enrolled.said)") }
        try startAgent(name, allowing: "*", options)
    }

    func program(_ name: String) throws -> RunningProgram {
        guard let program = agents[name] else { throw FleetProblem("no agent \(name)") }
        return program
    }

    func killAgent(_ name: String = "agent") async throws {
        try await agents[name]?.end(SIGKILL)
    }

    func killController() async throws { try await controller.end(SIGKILL) }

    func endController() async throws { try await controller.end(SIGTERM) }

    /// Waits for an end that nobody asked for.
    func controllerEnded() async throws -> CInt { try await controller.wait() }

    /// Stops or continues the controller without ending it.
    func signalController(_ signal: CInt) { controller.send(signal) }

    /// Starts the controller again on its old addresses.
    func restartController(environment: [String: String] = [:]) async throws {
        let ports = try [facts.public_url, facts.agents_url].map { address in
            guard let port = URL(string: address)?.port else {
                throw FleetProblem("no port in \(address)")
            }
            return port
        }
        (controller, facts) = try await Self.start(
            folder, storeArguments, ports: ports, environment: environment)
    }

    /// Waits until the agent has cleaned up after an attempt and stored its end in the spool.
    func attemptEnded(_ name: String = "agent") async throws {
        let agent = try program(name)
        try await eventually("the agent did not end its attempt") {
            agent.output.contains("attempt ended")
        }
        let work = agentFolder(name) + "/work/attempts"
        #expect(try FileManager.default.contentsOfDirectory(atPath: work).isEmpty)
    }
}

// MARK: Work

extension TestFleet {
    func addProject(_ name: String = "sample", address: String? = nil) async throws {
        let reply = try await api.call(
            "POST", "/projects",
            .object([
                "name": .string(name),
                "repository": .object(["url": .string(address ?? repository.address)]),
            ]))
        guard reply.status == 201 else { throw FleetProblem("no project: \(reply.body)") }
    }

    func commit(
        _ behaviour: GatedRepository.Behaviour = .steady, suite: String = GatedRepository.suite,
        besides more: [TestRepository.File] = []
    ) async throws -> String {
        try await repository.commit(behaviour, suite: suite, besides: more)
    }

    func trigger(_ order: [String: JSONValue]) async throws -> FleetAPI.Reply {
        try await api.call("POST", "/projects/sample/runs", .object(order))
    }

    /// Triggers one commit and returns its run.
    func triggerRun(of commit: String) async throws -> String {
        let reply = try await trigger(["commit": .string(commit)])
        guard reply.status == 202, let run = reply.body["runs"]?.items.first?["id"]?.text else {
            throw FleetProblem("trigger: \(reply.status) \(reply.body)")
        }
        return run
    }

    /// Waits until a run has ended, over restarts of the controller.
    func finished(_ run: String) async throws -> JSONValue {
        let ends: Set<String> = ["succeeded", "partial", "failed", "cancelled", "refused"]
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(120)
        var known: Int64 = -1
        while clock.now < deadline {
            let after = known < 0 ? "" : "&after=\(known)"
            let reply = try await api.call("GET", "/runs/\(run)?wait_s=20\(after)")
            guard reply.status == 200 else { continue }
            if ends.contains(reply.body["state"]?.text ?? "") { return reply.body }
            known = reply.body["revision"]?.wholeNumber ?? known
        }
        throw FleetProblem("run \(run) did not end: \(try await api.get("/runs/\(run)"))")
    }

    func attempts(of run: String) async throws -> [JSONValue] {
        try await api.get("/runs/\(run)/attempts").items
    }

    /// Every stored value of the benchmark, of all attempts or of the one that counts.
    func storedValues(of run: String, countedOnly: Bool = false) async throws -> [Double] {
        let table = try await api.text("/runs/\(run)/samples?format=csv")
        return table.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            guard cells.count == 14, !countedOnly || cells[13] == "true", cells[4] != "build"
            else { return nil }
            return Double(cells[11])
        }
    }

    /// The judged row of a run's comparison.
    func judgement(of run: String) async throws -> JSONValue {
        let comparison = try await api.get("/runs/\(run)/comparison")
        guard let id = comparison["id"]?.text else { throw FleetProblem("\(comparison)") }
        let rows = try await api.get("/comparisons/\(id)/rows").items
        guard let row = rows.first else { throw FleetProblem("no rows in \(comparison)") }
        return row
    }
}
