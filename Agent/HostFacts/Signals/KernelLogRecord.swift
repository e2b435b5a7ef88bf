/// One record of the kernel's log that says something about a measurement.
package struct KernelLogRecord: Sendable, Equatable {
    package enum Kind: Sendable { case machineCheck, thermal, outOfMemory, hungTask, networkReset }

    package let kind: Kind
    package let text: String

    /// Words that stand in the kernel's own messages, in lower case.
    private static let phrases: [(String, Kind)] = [
        ("machine check", .machineCheck), ("[hardware error]", .machineCheck),
        ("mce:", .machineCheck), ("temperature above threshold", .thermal),
        ("clock throttled", .thermal), ("critical temperature", .thermal),
        ("out of memory", .outOfMemory), ("oom-kill", .outOfMemory),
        ("blocked for more than", .hungTask), ("soft lockup", .hungTask),
        ("rcu: info", .hungTask), ("adapter reset", .networkReset), ("nic link is", .networkReset),
        ("transmit queue", .networkReset), ("link is down", .networkReset),
    ]

    /// Harmless, though their words are those of trouble: some machines write the first when a
    /// counter is opened that they do not have.
    private static let harmless = ["unchecked msr access error", "mce: cpu supports"]

    /// `6,339,5140900,-;text` (the kernel's ABI documentation of dev-kmsg); `nil` for records of
    /// programs, and for all that says nothing about a measurement.
    package init?(_ line: some StringProtocol) {
        guard let mark = line.firstIndex(of: ";") else { return nil }
        let head = line[..<mark].split(separator: ",")
        guard head.count >= 3, let priority = Int(head[0]), priority < 8 else { return nil }
        let text = String(line[line.index(after: mark)...].prefix(500))
        let lower = text.lowercased()
        guard !Self.harmless.contains(where: lower.contains),
            let found = Self.phrases.first(where: { lower.contains($0.0) })
        else { return nil }
        kind = found.1
        self.text = text
    }
}
