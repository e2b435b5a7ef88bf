import FleetModel
import Storage
import WebSupport

/// A label with its value.
struct Fact: Hashable, Sendable {
    let label: String
    let value: ForeignText
    /// For times.
    let machine: String?

    init(_ label: String, _ value: String) {
        self.label = label
        self.value = ForeignText(value)
        machine = nil
    }

    init(_ label: String, _ moment: Moment) {
        self.label = label
        value = ForeignText(moment.shown)
        machine = moment.machine
    }
}

/// When, where and how a run was measured.
struct RunFacts {
    let all: [Fact]

    init(_ facts: RunModel.Facts) {
        all =
            Self.times(facts) + Self.place(facts) + Self.isolation(facts.receipts)
            + CounterFacts(facts.receipts).facts
    }

    private static func times(_ facts: RunModel.Facts) -> [Fact] {
        let run = facts.run
        var all = [Fact("Asked for", Moment(run.createdAt))]
        if let request = facts.request {
            let person = request.triggeredBy.map { " by \($0)" } ?? ""
            all.append(Fact("Trigger", request.triggerKind + person))
            if let reason = request.reason { all.append(Fact("Reason", reason)) }
        }
        if let started = run.startedAt {
            all.append(Fact("Waited", Span.text(from: run.createdAt, to: started)))
            if let finished = run.finishedAt {
                all.append(Fact("Took", Span.text(from: started, to: finished)))
            }
        }
        if let finished = run.finishedAt { all.append(Fact("Ended", Moment(finished))) }
        return all
    }

    private static func place(_ facts: RunModel.Facts) -> [Fact] {
        let run = facts.run
        var all: [Fact] = []
        if let ref = run.ref { all.append(Fact("Ref", ref)) }
        if run.labels != .none { all.append(Fact("Labels", run.labels.text)) }
        all += [
            Fact(
                "Suite",
                run.suite.digest.map { "\(run.suite.name), \($0.prefix(12))" }
                    ?? run.suite.name),
            Fact("Priority", run.priority.rawValue), Fact("Host class", run.hostClass),
        ]
        let counted = facts.attempts.last { $0.isCounted } ?? facts.attempts.last
        guard let host = counted.flatMap({ facts.hosts[$0.host] }) else { return all }
        let names = Set(
            facts.attempts.filter(\.isCounted).compactMap { facts.hosts[$0.host]?.name })
        guard names.count < 2 else {
            return all + [Fact("Hosts", names.sorted().joined(separator: ", "))]
        }
        let known = host.facts
        let memory = Double(known.memoryBytes) / Double(1 << 30)
        return all + [
            Fact("Host", host.name), Fact("Processor", known.cpuModel),
            Fact(
                "Size",
                "\(known.cores) cores, \(Figures.threeDigits(memory))\(Figures.thinSpace)GiB, "
                    + known.architecture),
            Fact("System", "\(known.os), \(known.kernel)"), Fact("Agent", host.agentVersion),
        ]
    }

    /// From the attempt's receipt; nothing without a readable one.
    private static func isolation(_ receipts: [MeasurementStore.Receipt]) -> [Fact] {
        let all = receipts.filter { $0.kind == "isolation" }.compactMap(LaunchReceipt.init)
        guard let measured = all.last(where: \.isOfMeasuring) ?? all.last else { return [] }
        return isolation(measured)
            + [LaunchReceipt.others(all).map { Fact("Other launches", $0) }].compactMap(\.self)
    }

    private static func isolation(_ receipt: LaunchReceipt) -> [Fact] {
        let members = receipt.members
        let reached = receipt.reached
        var text = reached
        if case .string(let asked)? = members["level_asked"], asked != reached {
            text += ", \(asked) was asked for"
        }
        var all = [Fact("Isolation", text)]
        if case .string(let network)? = members["network"] {
            all.append(Fact("Network", network))
        }
        let more = [
            ("Host tuning", word(members["tuning_profile"])),
            ("Page cache", word(members["page_cache"])), ("Layout", layout(members["layout"])),
            ("HOME", word(members["home"]).map(home)),
        ]
        for (name, value) in more {
            if let value { all.append(Fact(name, value)) }
        }
        if case .array(let items)? = members["missing"], !items.isEmpty {
            all.append(Fact("Missing", items.compactMap(missing).joined(separator: "; ")))
        }
        return all
    }

    private static func word(_ value: JSONValue?) -> String? {
        if case .string(let text)? = value { text } else { nil }
    }

    private static func layout(_ value: JSONValue?) -> String? {
        guard case .object(let members)? = value, let policy = word(members["policy"]) else {
            return nil
        }
        guard case .number(let seed)? = members["seed"] else { return policy }
        return "\(policy), seed \(seed.text)"
    }

    private static func home(_ word: String) -> String {
        switch word {
        case "view": "the build's, changes thrown away"
        case "copy": "a copy of the build's"
        default: word
        }
    }

    private static func missing(_ item: JSONValue) -> String? {
        guard case .object(let members) = item, case .string(let name)? = members["item"] else {
            return nil
        }
        guard case .string(let reason)? = members["reason"] else { return name }
        return "\(name): \(reason)"
    }
}
