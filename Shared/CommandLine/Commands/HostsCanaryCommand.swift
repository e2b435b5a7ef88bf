import ArgumentParser

/// `hosts canary HOST`.
struct HostsCanaryCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "canary",
        abstract: "Asks a host to run all of its canaries.",
        discussion: """
            Canaries are fixed small programs that watch the host itself. The host runs
            them as soon as it has no work, which takes it half a minute. What it is asked
            for survives restarts on both sides.

            With --wait the status is 0 where the host is as it was, 1 where a canary
            deviates, and 5 before there is a reference.

            EXAMPLES
              fleetmark hosts canary bench1
              fleetmark hosts canary bench1 --wait
              fleetmark hosts canary bench1 --wait --json
            """)

    @Argument(help: "Name or id.") var host: String
    @Flag(help: "Wait until they ran, and show what they took.") var wait = false
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    private static let look = Duration.seconds(2)

    func run(in session: Session) async throws -> CommandStatus {
        let found = try await session.connected { client in
            try await HostReference(host).resolve(client)
        }
        let name = PlainLine.text(found.value.name)
        let asked = try await session.connected { client in
            try await client.post(
                "/hosts/\(found.value.id)/canary", .object([:]), as: AskedCanary.self)
        }
        guard wait else {
            if session.settings.asJSON {
                try session.answer(.document("hosts.canary", ["asked": asked.tree]))
            } else {
                try session.answer("\(name) runs its canaries as soon as it has no work\n")
            }
            return .done
        }
        session.note("waiting until \(name) has run its canaries")
        var reply = try await canaries(of: found.value.id, session)
        while reply.value.wantedUs != nil {
            try await session.surroundings.pause(Self.look)
            reply = try await canaries(of: found.value.id, session)
        }
        let fresh = reply.value.points.filter { $0.atUs >= asked.value.wantedUs }
        if session.settings.asJSON {
            try session.answer(.document("hosts.canary", ["canary": reply.tree]))
        } else {
            try session.answer(Self.table(fresh, reply.value).render(style: session.style))
        }
        return Self.status(fresh)
    }

    private func canaries(of host: String, _ session: Session) async throws -> Reply<HostCanaries> {
        try await session.connected { client in
            try await client.get("/hosts/\(host)/canary", as: HostCanaries.self)
        }
    }

    private static func status(_ points: [HostCanaries.Point]) -> CommandStatus {
        if points.contains(where: { $0.state == "warn" || $0.state == "quarantine" }) {
            return .judgedBad
        }
        return points.contains { $0.state == "valid" } ? .done : .noDecision
    }

    private static func table(
        _ points: [HostCanaries.Point], _ all: HostCanaries
    ) -> TextTable {
        TextTable(
            [
                .init("CANARY"), .init("STATE"), .init("MEDIAN", .right), .init("LIMITS"),
                .init("WHY"),
            ],
            rows: points.reversed().map { point in
                let limits = all.limits[point.name].map {
                    Readable.value($0.low, unit: "s") + " to "
                        + Readable.value($0.high, unit: "s")
                }
                return [
                    .init(point.name), .init(point.state, tone: Style.tone(of: point.state)),
                    .init(Readable.value(point.median, unit: "s")), .init(limits),
                    .init(point.reason),
                ]
            })
    }
}
