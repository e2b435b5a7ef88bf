/// What is told of a host beside its facts.
enum HostTables {
    static func events(_ events: [HostEvent], _ session: Session) -> String {
        guard !events.isEmpty else { return "Nothing has happened on it.\n" }
        return TextTable(
            [.init("WHEN"), .init("KIND"), .init("WHAT", isCut: false)],
            rows: events.map { event in
                [
                    .init(Moment.text(event.atUs, utc: session.settings.usesUTC)),
                    .init(event.kind), .init(event.text),
                ]
            }
        ).render(style: session.style)
    }

    static func limits(_ limits: [HostLimit], _ session: Session) -> String {
        guard !limits.isEmpty else { return "It can measure everything.\n" }
        return limits.map { limit in
            let weight = limit.weight.map { " (\($0))" } ?? ""
            let advice = limit.advice.map { "\n    " + PlainLine.text($0) } ?? ""
            return "\(limit.check)\(weight): \(PlainLine.text(limit.text))\(advice)\n"
        }.joined()
    }

    static func differences(
        _ found: [HostDifference], _ names: (String, String), _ session: Session
    ) -> String {
        guard !found.isEmpty else { return "Nothing that is known of them differs.\n" }
        return TextTable(
            [
                .init("FACT"), .init("LAYER"), .init(PlainLine.text(names.0)),
                .init(PlainLine.text(names.1)),
            ],
            rows: found.map { [.init($0.path), .init($0.layer), .init($0.a), .init($0.b)] }
        ).render(style: session.style)
    }
}
