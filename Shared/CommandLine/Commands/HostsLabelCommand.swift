import ArgumentParser

/// `hosts label HOST KEY=VALUE… KEY-…`.
struct HostsLabelCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Gives a host labels, which project files may ask for.",
        discussion: """
            KEY=VALUE sets a label and KEY- takes it away; the others stay. A project file asks for
            them with `requires: {labels: {KEY: VALUE}}`.

            EXAMPLES
              fleetmark hosts label bench1 zone=a disk=nvme
              fleetmark hosts label bench1 zone-
            """)

    @Argument(help: "Name or id.") var host: String
    @Argument(help: "KEY=VALUE, or KEY-.") var changes: [String]
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let changes = try changes.map(Self.change)
        let edited = try await session.connected { client in
            let found = try await HostReference(host).resolve(client).value
            var labels = found.labels ?? [:]
            for (key, value) in changes { labels[key] = value }
            return try await client.patch(
                "/hosts/\(found.id)",
                .object(["labels": .object(labels.mapValues { .string($0) })]),
                version: found.version, as: Host.self)
        }
        if session.settings.asJSON {
            try session.answer(.document("hosts.label", ["host": edited.tree]))
            return .done
        }
        let labels = (edited.value.labels ?? [:]).sorted { $0.key < $1.key }
        let text = labels.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        try session.answer(
            PlainLine.text("\(edited.value.name): \(labels.isEmpty ? "no labels" : text)") + "\n")
        return .done
    }

    /// Without a value the label goes.
    private static func change(_ text: String) throws -> (key: String, value: String?) {
        if let sign = text.firstIndex(of: "="), sign > text.startIndex {
            return (String(text[..<sign]), String(text[text.index(after: sign)...]))
        }
        guard text.hasSuffix("-"), text.count > 1 else {
            throw CommandFailure.usage(
                "`\(text)` is neither KEY=VALUE nor KEY-", try: "fleetmark hosts label --help")
        }
        return (String(text.dropLast()), nil)
    }
}
