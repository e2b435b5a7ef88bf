import LinuxSystem

/// A counting unit's folder below `/sys/bus/event_source/devices`.
struct UnitFolder: Sendable {
    static let place = "/sys/bus/event_source/devices"
    private static let limitBytes = 4096
    private static let termLimit = 32

    let tree: KernelTree
    let name: String
    /// perf_event_open(2)'s type.
    let type: UInt32

    /// - Returns: `nil` when the host has no such unit.
    init?(_ name: String, in tree: KernelTree) {
        let path = "\(Self.place)/\(name)/type"
        guard let text = try? tree.text(path, limitBytes: 32),
            let type = UInt32(text.trimmingWhitespace())
        else { return nil }
        self.tree = tree
        self.name = name
        self.type = type
    }

    /// Why a term cannot be asked of this unit.
    struct Fault: Error, Equatable {
        let term: String
        let reason: String
        /// The unit has no such event; otherwise the term is spelled wrongly.
        var isAbsent = false
    }

    /// Resolves `energy-pkg` or `event=0x3c,umask=1,inv`: an event's name first, then terms that
    /// go over what it says. A term without a value is 1.
    func code(_ terms: String) throws(Fault) -> EventCode {
        var code = EventCode(
            type: type, config: 0, unit: name, processors: tree.cpuList(path("cpumask")))
        let list = terms.split(separator: ",", omittingEmptySubsequences: false)
        guard list.count <= Self.termLimit else {
            throw Fault(term: terms, reason: "has more than \(Self.termLimit) terms")
        }
        for term in list {
            let (key, value) = Self.parts(term)
            guard Self.isName(key) else { throw Fault(term: String(term), reason: "is no term") }
            if value == nil, let event = text("events/\(key)") {
                for part in event.split(separator: ",") { try set(part, in: &code) }
                weigh(key, &code)
            } else {
                try set(term, in: &code, isAlone: list.count == 1)
            }
        }
        return code
    }

    private func set(
        _ term: Substring, in code: inout EventCode, isAlone: Bool = false
    ) throws(Fault) {
        let (key, text) = Self.parts(term)
        guard let format = format(of: key) else {
            throw Fault(
                term: key, reason: "is no term of \(name) on this machine",
                isAbsent: isAlone && text == nil)
        }
        guard let value = text.map(Self.number) ?? 1 else {
            throw Fault(term: key, reason: "needs a number, not '\(text ?? "")'")
        }
        guard format.fits(value) else {
            throw Fault(
                term: key,
                reason: "has \(format.bits.count) bits: 0x\(String(value, radix: 16)) is more than "
                    + "0x\(String(format.largest, radix: 16))")
        }
        format.place(value, in: &code)
    }

    private func format(of key: String) -> EventFormat? {
        if let text = text("format/\(key)") { return EventFormat(text) }
        return EventFormat.Word(rawValue: key).map(EventFormat.whole)
    }

    /// What a count of the event is worth (`.scale` and `.unit`), in the canonical unit.
    private func weigh(_ event: String, _ code: inout EventCode) {
        let scale = text("events/\(event).scale").flatMap { Double($0) } ?? 1
        code.scale = scale.isFinite && scale > 0 ? scale : 1
        guard let unit = text("events/\(event).unit") else { return }
        switch unit {
        case "Joules": code.measure = "J"
        case "Bytes": code.measure = "B"
        case "MiB":
            code.measure = "B"
            code.scale *= 1_048_576
        default: code.measure = String(unit.prefix(32))
        }
    }

    private func path(_ file: String) -> String { "\(Self.place)/\(name)/\(file)" }

    /// `nil` when it is missing or empty.
    private func text(_ file: String) -> String? {
        guard let text = try? tree.text(path(file), limitBytes: Self.limitBytes) else { return nil }
        let trimmed = text.trimmingWhitespace()
        return trimmed.isEmpty ? nil : trimmed
    }

    private static func parts(_ term: Substring) -> (key: String, value: String?) {
        let parts = term.split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let key = (parts.first ?? "").trimmingWhitespace()
        return (key, parts.count == 2 ? parts[1].trimmingWhitespace() : nil)
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix(".") && text.utf8.count <= 128
            && text.utf8.allSatisfy {
                (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0)
                    || "_.-".utf8.contains($0)
            }
    }

    /// `0x3c` or `60`.
    private static func number(_ text: String) -> UInt64? {
        let isHexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
        let digits = isHexadecimal ? text.dropFirst(2) : text[...]
        guard let first = digits.first, first != "+", first != "-" else { return nil }
        return UInt64(digits, radix: isHexadecimal ? 16 : 10)
    }
}
