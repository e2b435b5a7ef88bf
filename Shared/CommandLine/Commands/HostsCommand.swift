import ArgumentParser

/// `hosts list|show|approve|canary|resume`.
struct HostsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts",
        abstract: "Shows the fleet, lets hosts into it, and looks after them.",
        subcommands: [
            HostsListCommand.self, HostsShowCommand.self, HostsApproveCommand.self,
            HostsCanaryCommand.self, HostsResumeCommand.self,
        ],
        defaultSubcommand: HostsListCommand.self)
}

/// `hosts list`.
struct HostsListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the hosts of the fleet.",
        discussion: """
            EXAMPLES
              fleetmark hosts
              fleetmark hosts list --state pending --json
            """)

    @Option(help: "pending, calibrating, active, draining, maintenance, quarantined or retired.")
    var state: String?
    @OptionGroup var shape: TableOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let reply = try await session.connected { client in
            try await client.get("/hosts", as: ReplyPage<Host>.self)
        }
        let all = zip(reply.value.items, reply.tree["items"]?.items ?? [])
            .filter { state == nil || $0.0.state == state }
        if session.settings.asJSON {
            try session.answer(
                .document("hosts.list", ["items": .array(all.map(\.1)), "next_cursor": .null]))
            return .done
        }
        if all.isEmpty {
            session.note("no such hosts; try: fleetmark enroll-token")
        }
        let now = session.surroundings.nowMicroseconds()
        let table = TextTable(
            [
                .init("HOST"), .init("STATE"), .init("CONTACT"), .init("SEEN", .right),
                .init("JOB"), .init("CLASS"), .init("CPU"), .init("CORES", .right), .init("AGENT"),
            ],
            rows: all.map { host, _ in
                [
                    .init(host.name), .init(host.state, tone: Style.tone(of: host.state)),
                    .init(host.contact, tone: Style.tone(of: host.contact)),
                    .init(
                        Readable.age(from: host.lastContactUs, to: now),
                        order: host.lastContactUs.map { Double(now) - Double($0) }),
                    .init(host.job?.phase), .init(host.hostClass),
                    .init(host.capabilities?.cpuModel),
                    .init(
                        host.capabilities?.cores.map { "\($0)" },
                        order: host.capabilities?.cores.map(Double.init)),
                    .init(host.agent?.version),
                ]
            })
        try session.answer(try table.shown(shape, in: session))
        return .done
    }
}

/// `hosts show HOST`.
struct HostsShowCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one host.",
        discussion: """
            EXAMPLES
              fleetmark hosts show bench1
              fleetmark hosts show bench1 --events
              fleetmark hosts show bench1 --doctor
              fleetmark hosts show bench1 --diff bench2 --json
            """)

    @Argument(help: "Name or id.") var host: String
    @Flag(help: "What happened on it, newest first.") var events = false
    @Flag(help: "What it cannot measure, and how to improve that.") var doctor = false
    @Option(
        help: ArgumentHelp("The facts that it does not share with another host.", valueName: "host")
    )
    var diff: String?
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let found = try await session.connected { client in
            try await HostReference(host).resolve(client)
        }
        var document = ["host": found.tree]
        var text = ""
        let path = "/hosts/\(found.value.id)"
        if events {
            let items = try await page(of: HostEvent.self, path + "/events", session)
            document["events"] = items.tree["items"]
            text += HostTables.events(items.value.items, session)
        }
        if doctor {
            let items = try await page(of: HostLimit.self, path + "/doctor", session)
            document["doctor"] = items.tree["items"]
            text += HostTables.limits(items.value.items, session)
        }
        if let diff {
            let other = try await session.connected { client in
                try await HostReference(diff).resolve(client).value
            }
            let items = try await page(
                of: HostDifference.self, "\(path)/diff/\(other.id)", session)
            document["diff"] = items.tree["items"]
            text += HostTables.differences(
                items.value.items, (found.value.name, other.name), session)
        }
        if session.settings.asJSON {
            try session.answer(.document("hosts.show", document))
        } else if events || doctor || diff != nil {
            try session.answer(text)
        } else {
            try session.answer(Self.text(found.value, session))
        }
        return .done
    }

    private func page<Item: Decodable & Sendable>(
        of type: Item.Type, _ path: String, _ session: Session
    ) async throws -> Reply<ReplyPage<Item>> {
        try await session.connected { client in
            try await client.get(path, as: ReplyPage<Item>.self)
        }
    }

    private static func text(_ host: Host, _ session: Session) -> String {
        let facts = host.capabilities
        var list = FactList(session.style)
        list.add("host", host.name)
        list.add("id", host.id)
        list.add("state", host.state, Style.tone(of: host.state))
        let why = [host.stateBy.map { "by \($0)" }, host.stateReason].compactMap(\.self)
        if host.state != "active", !why.isEmpty {
            list.add("why", PlainLine.text(why.joined(separator: ": ")))
        }
        if host.state == "quarantined" {
            list.add("then", "fleetmark hosts resume \(host.name), once it is well")
        }
        list.add("contact", host.contact, Style.tone(of: host.contact))
        list.add(
            "last seen", Moment.text(host.lastContactUs, utc: session.settings.usesUTC))
        list.add("class", host.hostClass)
        list.add("cpu", [facts?.cpuModel, facts?.arch].compactMap(\.self).joined(separator: ", "))
        list.add("cores", facts?.cores.map { "\($0)" })
        list.add("memory", Readable.value(facts?.memoryBytes.map(Double.init), unit: "B"))
        let canary = host.canary?.wantedUs == nil ? "" : ", all of them asked for"
        list.add(
            "canaries", host.canary?.state.map { $0 + canary }, Style.tone(of: host.canary?.state))
        list.add("system", [facts?.os, facts?.kernel].compactMap(\.self).joined(separator: ", "))
        list.add("agent", host.agent?.version)
        return list.text
    }
}

/// `hosts approve HOST`.
struct HostsApproveCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Lets a pending host into the fleet.",
        discussion: """
            EXAMPLES
              fleetmark hosts approve bench1
              fleetmark hosts approve bench1 --json
            """)

    @Argument(help: "Name or id.") var host: String
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let approved = try await session.connected { client in
            let id = try await HostReference(host).resolve(client).value.id
            return try await client.post("/hosts/\(id)/approve", .object([:]), as: Host.self)
        }
        if session.settings.asJSON {
            try session.answer(.document("hosts.approve", ["host": approved.tree]))
        } else {
            try session.answer(
                PlainLine.text("\(approved.value.name) is \(approved.value.state ?? "?")") + "\n")
        }
        return .done
    }
}

/// `hosts resume HOST`.
struct HostsResumeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Lets a drained or quarantined host take work again.",
        discussion: """
            A host is quarantined when its canaries deviate, or when its settings could not
            be put back. `fleetmark hosts show HOST` says why; look at the host first.

            EXAMPLES
              fleetmark hosts resume bench1
              fleetmark hosts resume bench1 --json
            """)

    @Argument(help: "Name or id.") var host: String
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let resumed = try await session.connected { client in
            let id = try await HostReference(host).resolve(client).value.id
            return try await client.post("/hosts/\(id)/resume", .object([:]), as: Host.self)
        }
        if session.settings.asJSON {
            try session.answer(.document("hosts.resume", ["host": resumed.tree]))
        } else {
            try session.answer(
                PlainLine.text("\(resumed.value.name) is \(resumed.value.state ?? "?")") + "\n")
        }
        return .done
    }
}
