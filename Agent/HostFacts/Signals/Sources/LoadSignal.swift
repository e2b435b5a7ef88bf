/// Runnable threads beyond the one that looks, at the worse end of the span.
///
/// Source: proc_loadavg(5).
enum LoadSignal {
    private static let path = "/proc/loadavg"
    static let runnable = "runnable"
    /// Beyond what the housekeeping cores can run.
    static let excess = "runnable_excess"

    static let signal = NoiseSignal(files: { _ in [path] }) { span in
        let found = SignalSpan.finding(runnable) { () throws(SignalAbsence) in
            guard let first = threads(try span.before.bytes(path)),
                let last = threads(try span.after.bytes(path))
            else { throw SignalAbsence("\(path) does not say") }
            return SignalFinding(runnable, Double(max(0, max(first, last) - 1)))
        }
        guard let count = found.value else { return [found] }
        return [
            found,
            SignalFinding(excess, max(0, count - Double(span.place.housekeepingCores))),
        ]
    }

    /// 2 of `0.04 0.10 0.12 2/234 5678`.
    static func threads(_ bytes: [UInt8]) -> Int64? {
        guard let line = KernelWords.lines(bytes).first else { return nil }
        let words = KernelWords.words(line)
        guard words.count > 3, words[3].contains(UInt8(ascii: "/")) else { return nil }
        return KernelWords.number(words[3].prefix { $0 != UInt8(ascii: "/") })
    }
}
