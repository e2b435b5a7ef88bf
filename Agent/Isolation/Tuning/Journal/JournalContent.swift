/// A journal as it stands on the disk, parsed; no decisions.
package struct JournalContent: Sendable, Equatable {
    package struct Header: Sendable, Equatable {
        package let boot: String
        package let agent: String
        package let span: String
        /// Microseconds since 1970, a label.
        package let time: String

        package init(boot: String, agent: String, span: String, time: String) {
            self.boot = boot
            self.agent = agent
            self.span = span
            self.time = time
        }
    }

    /// A change that was meant, and what became of it.
    package struct Entry: Sendable, Equatable {
        package let sequence: Int
        package let knob: String
        package let path: String
        package let kind: KnobSetting.Kind
        package let form: ValueForm
        package let original: String
        package let wanted: String
        /// What the kernel made of it, where that was something else.
        package var actual: String?
        package var isRestored = false
    }

    package var header: Header?
    /// In the order of writing.
    package var entries: [Entry] = []
    /// The last line was being written when the agent ended; what it announced had not begun.
    package var isTorn = false
    /// A line within cannot be read: the numbers of such lines, from 1.
    package var damaged: [Int] = []
    /// Up to the end of the last line that is whole.
    package var wholeBytes = 0

    static let schema = "fleetmark.tuning.v1"

    package init() {}

    package init(parsing text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if let last = lines.popLast(), !last.isEmpty { isTorn = true }
        for (index, line) in lines.enumerated() {
            if let fields = JournalLine.decode(line), take(fields) {
                wholeBytes += line.utf8.count + 1
                continue
            }
            // A power cut can leave a last line with an end and without its middle.
            if index == lines.count - 1, !isTorn {
                isTorn = true
            } else {
                damaged.append(index + 1)
            }
        }
        if header == nil, !entries.isEmpty { damaged.append(1) }
    }

    var lastSequence: Int { entries.last?.sequence ?? 0 }

    /// Nothing was changed, or everything was put back.
    package var isClear: Bool { damaged.isEmpty && entries.allSatisfy(\.isRestored) }

    private mutating func take(_ fields: [String: String]) -> Bool {
        if fields["journal"] == Self.schema, let boot = fields["boot"] {
            header = Header(
                boot: boot, agent: fields["agent"] ?? "", span: fields["span"] ?? "",
                time: fields["time_us"] ?? "")
            return true
        }
        guard let sequence = fields["seq"].flatMap({ Int($0) }) else { return false }
        if let result = fields["result"] { return take(result, fields["actual"], of: sequence) }
        // A gap is a line that cannot be read; what follows it is good all the same.
        guard sequence > lastSequence, let knob = fields["knob"], let path = fields["path"],
            let kind = fields["kind"].flatMap({ KnobSetting.Kind(rawValue: $0) }),
            let form = fields["form"].flatMap({ ValueForm(rawValue: $0) }),
            let original = fields["original"], let wanted = fields["wanted"]
        else { return false }
        entries.append(
            Entry(
                sequence: sequence, knob: knob, path: path, kind: kind, form: form,
                original: original, wanted: wanted))
        return true
    }

    private mutating func take(_ result: String, _ actual: String?, of sequence: Int) -> Bool {
        guard let index = entries.firstIndex(where: { $0.sequence == sequence }) else {
            return false
        }
        switch result {
        case "applied", "failed": break
        case "rejected": entries[index].actual = actual
        case "restored": entries[index].isRestored = true
        default: return false
        }
        return true
    }
}
