/// Shares of the span in which work waited: of the whole host, and of the measured group.
///
/// Source: the kernel's documentation, accounting/psi. Reading fails where it is off.
enum PressureSignal {
    private struct Line: Sendable {
        let name: String
        let file: String
        let kind: String
    }

    private static let lines = [
        Line(name: "psi_cpu_some", file: "cpu", kind: "some"),
        Line(name: "psi_memory_some", file: "memory", kind: "some"),
        Line(name: "psi_memory_full", file: "memory", kind: "full"),
        Line(name: "psi_io_full", file: "io", kind: "full"),
    ]

    static let signal = NoiseSignal(files: { _ in lines.map { "/proc/pressure/\($0.file)" } }) {
        span in
        let group = span.measured.group
        return lines.map { finding($0.name, "/proc/pressure/\($0.file)", $0, span) } + [
            share("group_psi_cpu_some", group.processorWait, span),
            share("group_psi_memory_some", group.memoryWait, span),
            share("group_psi_io_some", group.diskWait, span),
        ]
    }

    private static func share(
        _ name: String, _ microseconds: Int64?, _ span: SignalSpan
    ) -> SignalFinding {
        guard let microseconds else {
            return SignalFinding(name, absent: "no control group counts it")
        }
        let waited = Double(microseconds) * 1e-3
        return SignalFinding(name, waited / span.milliseconds, amount: waited)
    }

    private static func finding(
        _ name: String, _ path: String, _ line: Line, _ span: SignalSpan
    ) -> SignalFinding {
        SignalSpan.finding(name) { () throws(SignalAbsence) in
            let waited = try span.rise(of: path) { total(line.kind, in: $0) } * 1e-3
            return SignalFinding(name, waited / span.milliseconds, amount: waited)
        }
    }

    /// Microseconds, of `some avg10=0.00 avg60=0.00 avg300=0.00 total=0`.
    static func total(_ kind: String, in bytes: [UInt8]) -> Int64? {
        for line in KernelWords.lines(bytes) {
            let words = KernelWords.words(line)
            guard let first = words.first, first.elementsEqual(kind.utf8), let last = words.last,
                last.starts(with: "total=".utf8)
            else { continue }
            return KernelWords.number(last.dropFirst(6))
        }
        return nil
    }
}
