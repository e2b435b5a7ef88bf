/// Counters and metrics that a measured command can have
/// (isolation-and-counters.md section 2.1, project-file.md section 2.3).
package enum CounterNames {
    /// Whether a project file may ask for it.
    package static func isKnown(_ text: String) -> Bool { (try? check(text)) != nil }

    static let sets = [
        "core", "branch", "cache", "memory", "kernel", "freq", "topdown", "energy",
    ]

    static let events = [
        "instructions", "cycles", "branches", "branch-misses", "cache-references",
        "cache-misses", "l1d-read-misses", "dtlb-read-misses", "llc-read-misses",
        "instructions:k", "cycles:k", "ref-cycles", "topdown.slots", "topdown.retiring",
        "topdown.bad-spec", "topdown.fe-bound", "topdown.be-bound", "task-clock",
        "page-faults", "minor-faults", "major-faults", "context-switches", "cpu-migrations",
        "cgroup-switches", "energy.pkg", "energy.cores", "energy.ram", "energy.gpu",
        "energy.psys", "aperf", "mperf", "tsc", "smi",
    ]

    /// Metrics of an entry whose format is `command`, apart from raw events of its own.
    static let commandMetrics =
        ["time", "user_time", "system_time", "peak_memory", "instructions_simulated"]
        + events.map(slug)

    /// A set, an event, a raw `pmu/term=value/`, or `none`.
    @Sendable static func check(_ text: String) throws(TextFault) {
        let plain = text.hasSuffix(":u") ? String(text.dropLast(2)) : text
        if text == "none" || sets.contains(text) || events.contains(plain) { return }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isRaw =
            parts.count == 3 && !parts[0].isEmpty && !parts[1].isEmpty && parts[2].isEmpty
            && text.utf8.count <= 256
            && text.utf8.allSatisfy {
                PlainText.isLetterOrDigit($0) || "/=,_.-".utf8.contains($0)
            }
        guard isRaw else {
            throw TextFault(
                .wrongValue, "is no counter: \(Quoted.text(text))",
                suggestion: Suggestion.nearest(to: text, among: sets + events)
                    .map(Suggestion.meant))
        }
    }

    /// The metric of an event: `branch-misses:u` → `branch_misses`.
    static func slug(_ event: String) -> String {
        let plain = event.hasSuffix(":u") ? event.dropLast(2) : event[...]
        var slug = ""
        for scalar in plain.lowercased().unicodeScalars {
            let isKept = scalar.isASCII && scalar.properties.isAlphabetic || scalar.isDigit
            if isKept {
                slug.unicodeScalars.append(scalar)
            } else if !slug.isEmpty, !slug.hasSuffix("_") {
                slug += "_"
            }
        }
        while slug.hasSuffix("_") { slug.removeLast() }
        return slug
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
