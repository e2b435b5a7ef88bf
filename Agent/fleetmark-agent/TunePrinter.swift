import FoundationEssentials
import Isolation
import LinuxSystem

/// Shows what `tune` found and did, for people or programs.
struct TunePrinter {
    let asJSON: Bool

    init(asJSON: Bool) { self.asJSON = asJSON }

    func show(_ outcome: TuningOutcome, isDryRun: Bool) {
        guard !asJSON else { return JSONPrinter.print(TuneDocument(outcome, isDryRun: isDryRun)) }
        if isDryRun, let reason = outcome.reason {
            print("Nothing would be set: \(reason). What the profile would want:\n")
        }
        var table = PlainTable(["KNOB", "NOW", "WANTED", "RESULT"])
        for line in outcome.lines {
            table.add([line.knob, line.now, line.wanted ?? "-", line.result])
        }
        print(table.text(), terminator: "")
        let absent = Self.absent(outcome)
        if !absent.isEmpty {
            print(
                "\nnot on this host: "
                    + WrappedText.lines(absent.joined(separator: ", "), indent: 18))
        }
    }

    func show(_ report: RestoreReport, in journal: String) {
        guard !asJSON else { return JSONPrinter.print(RestoreDocument(report)) }
        guard !report.steps.isEmpty || report.problem != nil else {
            print("nothing to put back: \(journal) is empty")
            return
        }
        note(report)
    }

    /// The steps, in the order in which they were done.
    func note(_ report: RestoreReport) {
        guard !asJSON else { return }
        var table = PlainTable(["KNOB", "PATH", "BACK TO", "RESULT"])
        for step in report.steps {
            let original = step.original.isEmpty ? "(empty)" : step.original
            table.add([step.knob, step.path, original, step.outcome.words])
        }
        if !report.steps.isEmpty { print(table.text(), terminator: "") }
    }

    /// For people only, beside the answer.
    func say(_ text: String) {
        if !asJSON { ProgramFailure.write(text + "\n") }
    }

    private static func absent(_ outcome: TuningOutcome) -> [String] {
        let shown = Set(outcome.lines.map(\.knob))
        var names: [String] = []
        for report in outcome.reports where !shown.contains(report.knob) {
            if names.last != report.knob { names.append(report.knob) }
        }
        return names
    }
}

/// What `--status` says.
struct TuneStatus {
    private let tools: HostTools

    init(_ tools: HostTools) { self.tools = tools }

    /// Exits with 4 when values are left behind and nobody is there to put them back.
    func print(asJSON: Bool) throws {
        let holder = TuningLock.holder(of: tools.places.lock)
        let journal: JournalContent
        do throws(SystemCallFailure) {
            journal = try tools.tuner.journal()
        } catch {
            throw ProgramFailure(4, "the journal cannot be read: \(error)")
        }
        let open = journal.entries.filter { !$0.isRestored }
        if asJSON {
            JSONPrinter.print(StatusDocument(holder, journal, open))
        } else {
            show(holder, journal, open)
        }
        guard holder == nil, !journal.isClear else { return }
        throw ProgramFailure(
            4, "no agent is there to put these back\n  try: fleetmark-agent tune --restore")
    }

    private func show(
        _ holder: Int?, _ journal: JournalContent, _ open: [JournalContent.Entry]
    ) {
        Swift.print("tuned by  \(holder.map { "process \($0)" } ?? "nobody")")
        Swift.print("journal   \(tools.places.journal), \(words(journal, open))")
        guard !open.isEmpty else { return }
        var table = PlainTable(["KNOB", "PATH", "WAS", "SET TO"])
        for entry in open {
            let original = entry.original.isEmpty ? "(empty)" : entry.original
            table.add([entry.knob, entry.path, original, entry.wanted])
        }
        Swift.print("\n" + table.text(), terminator: "")
    }

    private func words(_ journal: JournalContent, _ open: [JournalContent.Entry]) -> String {
        guard journal.damaged.isEmpty else { return "damaged" }
        return open.isEmpty ? "empty" : "\(open.count) values to put back"
    }
}

/// Documents on standard output, in the same form for all commands.
enum JSONPrinter {
    static func print(_ document: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        guard let bytes = try? encoder.encode(document) else { return }
        Swift.print(String(decoding: bytes, as: UTF8.self))
    }
}

private struct TuneDocument: Encodable {
    struct Line: Encodable {
        let knob: String
        let now: String
        let wanted: String?
        let found: String
        let result: String
        let detail: String
        let refused: [Refusal]
    }

    struct Refusal: Encodable {
        let path: String
        let errno: Int32?
        let reason: String
    }

    let schema = "fleetmark.tune.v1"
    let profile: String
    let asked: String
    let reason: String?
    let dryRun: Bool
    let knobs: [Line]

    init(_ outcome: TuningOutcome, isDryRun: Bool) {
        profile = outcome.profile.rawValue
        asked = outcome.asked.rawValue
        reason = outcome.reason
        dryRun = isDryRun
        knobs = outcome.lines.map { line in
            Line(
                knob: line.knob, now: line.now, wanted: line.wanted, found: line.found,
                result: line.word, detail: line.result,
                refused: line.faults.map { fault in
                    var code: Int32?
                    if case .refused(let errno, _) = fault.outcome, errno != 0 { code = errno }
                    return Refusal(path: fault.path, errno: code, reason: fault.outcome.words)
                })
        }
    }
}

private struct RestoreDocument: Encodable {
    struct Step: Encodable {
        let knob: String
        let path: String
        let original: String
        let wanted: String
        let result: String
        let detail: String
    }

    let schema = "fleetmark.tune.restore.v1"
    let restored: Bool
    let problem: String?
    let steps: [Step]

    init(_ report: RestoreReport) {
        restored = report.isRestored
        problem = report.problem
        steps = report.steps.map {
            Step(
                knob: $0.knob, path: $0.path, original: $0.original, wanted: $0.wanted,
                result: $0.outcome.word, detail: $0.outcome.words)
        }
    }
}

private struct StatusDocument: Encodable {
    struct Entry: Encodable {
        let knob: String
        let path: String
        let original: String
        let wanted: String
    }

    let schema = "fleetmark.tune.status.v1"
    let holder: Int?
    let damagedLines: [Int]
    let open: [Entry]

    init(_ holder: Int?, _ journal: JournalContent, _ open: [JournalContent.Entry]) {
        self.holder = holder
        damagedLines = journal.damaged
        self.open = open.map {
            Entry(knob: $0.knob, path: $0.path, original: $0.original, wanted: $0.wanted)
        }
    }
}
