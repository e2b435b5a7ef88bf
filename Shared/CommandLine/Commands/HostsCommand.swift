import ArgumentParser

/// `hosts list|show|approve|label`.
struct HostsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts",
        abstract: "Shows the fleet, and lets hosts into it.",
        subcommands: [
            HostsListCommand.self, HostsShowCommand.self, HostsApproveCommand.self,
            HostsLabelCommand.self,
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
              fleetmark hosts show bench1 --json
            """)

    @Argument(help: "Name or id.") var host: String
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let found = try await session.connected { client in
            try await HostReference(host).resolve(client)
        }
        if session.settings.asJSON {
            try session.answer(.document("hosts.show", ["host": found.tree]))
            return .done
        }
        try session.answer(Self.text(found.value, session))
        return .done
    }

    private static func text(_ host: Host, _ session: Session) -> String {
        let facts = host.capabilities
        var list = FactList(session.style)
        list.add("host", host.name)
        list.add("id", host.id)
        list.add("state", host.state, Style.tone(of: host.state))
        list.add("contact", host.contact, Style.tone(of: host.contact))
        list.add(
            "last seen", Moment.text(host.lastContactUs, utc: session.settings.usesUTC))
        list.add("class", host.hostClass)
        let labels = (host.labels ?? [:]).sorted { $0.key < $1.key }
        if !labels.isEmpty {
            list.add("labels", labels.map { "\($0.key)=\($0.value)" }.joined(separator: ", "))
        }
        list.add("cpu", [facts?.cpuModel, facts?.arch].compactMap(\.self).joined(separator: ", "))
        list.add("cores", facts?.cores.map { "\($0)" })
        list.add("memory", Readable.value(facts?.memoryBytes.map(Double.init), unit: "B"))
        list.add("system", [facts?.os, facts?.kernel].compactMap(\.self).joined(separator: ", "))
        list.add("agent", host.agent?.version)
        if let items = facts?.items { list.add("offers", items.joined(separator: ", ")) }
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
