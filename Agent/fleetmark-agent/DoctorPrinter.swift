import BenchmarkRunner
import Counters
import HostDoctor
import Isolation
import LinuxSystem

/// The doctor's words.
struct DoctorPrinter {
    private let host: HostFindings
    private let counting: HostCounting?

    init(_ host: HostFindings, counting: HostCounting?) {
        self.host = host
        self.counting = counting
    }

    func show(_ findings: [Finding], _ verdict: HostVerdict) {
        print(Self.headline(verdict, findings))
        print("")
        print("  cores      \(cores)")
        print("  counters   \(WrappedText.lines(counters, indent: 13))")
        print("  tuning     \(WrappedText.lines(tuning, indent: 13))")
        for weight in [Finding.Weight.obstacle, .limit, .note] {
            let group = findings.filter { $0.weight == weight }
            guard !group.isEmpty else { continue }
            print("\n\(Self.title(weight))")
            for finding in group { show(finding) }
        }
        if findings.contains(where: { !$0.commands.isEmpty }) {
            print("\nfleetmark-agent doctor --fix prints the commands.")
        }
    }

    static func printCommands(_ findings: [Finding]) {
        let helpful = findings.filter { !$0.commands.isEmpty }
        guard !helpful.isEmpty else {
            ProgramFailure.write("no command would help; fleetmark-agent doctor says what is\n")
            return
        }
        print("# Nothing was run. Read before you paste.")
        for finding in helpful {
            print("\n# \(finding.item.message)")
            for command in finding.commands { print(command) }
        }
    }

    private static func headline(_ verdict: HostVerdict, _ findings: [Finding]) -> String {
        let limits = findings.count { $0.weight == .limit }
        return switch verdict {
        case .full: "This host can measure everything."
        case .limited:
            "This host can measure, with \(limits) limit\(limits == 1 ? "" : "s")."
        case .unable: "This host cannot measure."
        }
    }

    private static func title(_ weight: Finding.Weight) -> String {
        switch weight {
        case .obstacle: "In the way:"
        case .limit: "Limits:"
        case .note: "Worth knowing:"
        }
    }

    private func show(_ finding: Finding) {
        let item = finding.item
        print("  \(item.code)")
        print("    \(WrappedText.lines(Self.sentence(item.message), indent: 4))")
        if !item.advice.isEmpty {
            print("    → \(WrappedText.lines(item.advice, indent: 6))")
        }
    }

    private static func sentence(_ text: String) -> String {
        let end = text.hasSuffix(".") ? "" : "."
        return text.prefix(1).uppercased() + text.dropFirst() + end
    }

    private var cores: String {
        let house = host.housekeeping
        guard !house.cpus.isEmpty else { return "one for everything" }
        return "\(house.measurable.count) to measure on (processors "
            + "\(CPUList.text(of: house.measurableCPUs))), processors "
            + "\(CPUList.text(of: house.cpus)) keep house"
    }

    private var counters: String {
        if let counting { return Self.words(counting) }
        let units = host.counters.units.map(\.name)
        guard !units.isEmpty else { return "none in hardware; --probe tries the kernel's events" }
        return "\(units.joined(separator: ", ")); --probe tries each event"
    }

    private static func words(_ counting: HostCounting) -> String {
        let counted = counting.verdicts.filter(\.isAvailable)
        let hardware = counted.filter { $0.event.kind != .software }.map(\.event.name)
        let software = counted.count - hardware.count
        let simulator = counting.simulator.map { ", valgrind \($0.version) simulates instructions" }
        return (hardware.isEmpty ? "none in hardware" : hardware.joined(separator: ", "))
            + ", \(software) events of the kernel" + (simulator ?? "")
    }

    private var tuning: String {
        let lines = host.tuning.lines
        let missing = lines.filter { $0.word == "would_apply" }.map(\.knob)
        if host.tuning.reason != nil { return "none here: the profile is observe" }
        guard !missing.isEmpty else { return "nothing to set: everything stands as wanted" }
        return "profile \(host.tuning.profile.rawValue) sets \(missing.joined(separator: ", "))"
    }
}

struct DoctorDocument: Encodable {
    struct Item: Encodable {
        let code: String
        let weight: String
        let subject: String
        let errno: Int32?
        let actual: String?
        let message: String
        let advice: String
        let commands: [String]
    }

    let schema = "fleetmark.doctor.v1"
    let verdict: String
    let housekeeping: [Int]
    let measuring: [Int]
    let items: [Item]

    init(_ host: HostFindings, _ findings: [Finding], _ verdict: HostVerdict) {
        self.verdict = verdict.rawValue
        housekeeping = host.housekeeping.cpus
        measuring = host.housekeeping.measurableCPUs
        items = findings.map {
            Item(
                code: $0.item.code, weight: $0.weight.rawValue, subject: $0.item.subject,
                errno: $0.item.errno, actual: $0.item.actual, message: $0.item.message,
                advice: $0.item.advice, commands: $0.commands)
        }
    }
}
