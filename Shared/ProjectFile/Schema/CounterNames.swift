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
        guard text.contains("/") else {
            throw TextFault(
                .wrongValue, "is no counter: \(Quoted.text(text))",
                suggestion: Suggestion.nearest(to: text, among: sets + events)
                    .map(Suggestion.meant))
        }
        try checkRaw(text)
    }

    /// The longest name of a raw event; its slug must be a metric's name.
    private static let rawLimitBytes = 200

    /// `pmu/event=0x3c,umask=1/`: whether the unit has these terms is known on a host alone.
    private static func checkRaw(_ text: String) throws(TextFault) {
        func fault(_ reason: String) -> TextFault {
            TextFault(
                .wrongValue, "is no counter: \(Quoted.text(text)) \(reason)",
                suggestion: "a raw event is `pmu/event=0x3c,umask=1/`")
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].isEmpty else { throw fault("does not end in one `/`") }
        guard text.utf8.count <= rawLimitBytes else {
            throw fault("is longer than \(rawLimitBytes) characters")
        }
        guard isWord(parts[0]), parts[0].first != "." else {
            throw fault("has no counting unit before `/`")
        }
        for term in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
            let sides = term.split(separator: "=", omittingEmptySubsequences: false)
            guard let key = sides.first, isWord(key), sides.count <= 2 else {
                throw fault("has the term \(Quoted.text(String(term))), which is no `name=value`")
            }
            guard sides.count == 1 || isNumber(sides[1]) else {
                throw fault("has the term \(Quoted.text(String(key))) without a number")
            }
        }
    }

    private static func isWord(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { PlainText.isLetterOrDigit($0) || "_.-".utf8.contains($0) }
    }

    /// `60` or `0x3c`, of at most 64 bits.
    private static func isNumber(_ text: Substring) -> Bool {
        let isHexadecimal = text.hasPrefix("0x")
        let digits = isHexadecimal ? text.dropFirst(2) : text
        guard digits.utf8.first.map(PlainText.isLetterOrDigit) == true else { return false }
        return UInt64(digits, radix: isHexadecimal ? 16 : 10) != nil
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
