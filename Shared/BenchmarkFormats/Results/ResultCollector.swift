/// Gathers what a format reads: joins records of one result, keeps file order, holds the limits
/// on counts, and lists each problem once.
struct ResultCollector {
    private struct Slot {
        let identity: ResultIdentity
        var record: ResultRecord
    }

    private struct ProblemKey: Hashable {
        let problemClass: ProblemClass
        let name: String?
        let metric: String?
    }

    private let limits: ParseLimits
    private(set) var deadline: ParseDeadline
    private var slots: [Slot] = []
    private var places: [ResultIdentity: Int] = [:]
    private var problems: [ParseProblem] = []
    private var known: Set<ProblemKey> = []
    private var warnings: [ParseWarning] = []
    /// Of the record before: the next one is often of the same result.
    private var lastPlace: Int?
    private var ignored: [ParseReport.Ignored] = []
    private var sampleCount = 0
    private var added = 0

    init(limits: ParseLimits, deadline: ParseDeadline) {
        self.limits = limits
        self.deadline = deadline
    }

    /// Takes one record. A value that cannot be used drops the record and is listed.
    mutating func add(
        _ identity: ResultIdentity, _ make: () throws(ValueFault) -> ResultRecord
    ) throws(ParseRefusal) {
        if added & 63 == 0 { try deadline.check() }
        added += 1
        guard !identity.name.isEmpty, !identity.metric.isEmpty else {
            return fail(.entryInvalid, message: "a result has no name")
        }
        let record: ResultRecord
        do throws(ValueFault) {
            record = try make()
        } catch {
            return fail(error, identity)
        }
        try count(record)
        if let lastPlace, slots[lastPlace].identity == identity {
            try join(record, at: lastPlace)
        } else if let place = places[identity] {
            lastPlace = place
            try join(record, at: place)
        } else {
            lastPlace = slots.count
            try append(identity, record)
        }
    }

    /// Lists a problem, unless one of the same class, name and metric is known.
    /// The position is only worked out for a new one.
    mutating func fail(
        _ problemClass: ProblemClass, name: String? = nil, metric: String? = nil, message: String,
        at position: @autoclosure () -> TextPosition? = nil
    ) {
        let key = ProblemKey(problemClass: problemClass, name: name, metric: metric)
        guard known.insert(key).inserted else { return }
        problems.append(
            ParseProblem(
                problemClass, name: name, metric: metric, message: message, position: position()))
    }

    /// Takes all that another collector gathered, behind what is here.
    mutating func append(_ other: ResultCollector) throws(ParseRefusal) {
        for slot in other.slots {
            try add(slot.identity) { () throws(ValueFault) in slot.record }
        }
        for problem in other.problems {
            fail(
                problem.problemClass, name: problem.name, metric: problem.metric,
                message: problem.message, at: problem.position)
        }
        for warning in other.warnings { warn(warning.kind, message: warning.message) }
    }

    /// A file of lines has time by its length: so many bytes of it were read.
    mutating func checkTime(afterReading count: Int) throws(ParseRefusal) {
        deadline.extend(forBytes: count)
        try deadline.check()
    }

    /// Notes that parts of the file are passed over; `what` is for people, in the plural.
    mutating func ignore(_ what: String, _ count: Int = 1) {
        guard count > 0 else { return }
        let place = ignored.firstIndex { $0.what == what } ?? ignored.count
        let known = place < ignored.count ? ignored[place].count : 0
        let entry = ParseReport.Ignored(what: what, count: known + count)
        if place < ignored.count { ignored[place] = entry } else { ignored.append(entry) }
    }

    /// Records and problems so far, to see whether a line gave any.
    var taken: Int { added + known.count }

    mutating func warn(_ kind: ParseWarning.Kind, message: String) {
        let warning = ParseWarning(kind, message: message)
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    /// Ends the gathering: what was gathered is handed over and not kept.
    /// - Throws: `no_results` if neither a result nor a problem came out.
    mutating func report(format: String, reason: String) throws(ParseRefusal) -> ParseReport {
        guard !slots.isEmpty || !problems.isEmpty else {
            throw ParseRefusal(.noResults, "\(format) was recognised, but holds no result")
        }
        // The places of a hundred thousand results are larger than the results themselves.
        places = [:]
        var results: [BenchmarkResult] = []
        results.reserveCapacity(slots.count)
        for slot in slots { if let result = Self.result(slot) { results.append(result) } }
        slots = []
        return ParseReport(
            format: format, results: results, errors: problems, warnings: warnings,
            detection: reason, ignored: ignored)
    }

    private mutating func count(_ record: ResultRecord) throws(ParseRefusal) {
        sampleCount += record.samples.count
        guard sampleCount <= limits.samplesPerFile else {
            throw ParseRefusal(.limitExceeded, "more than \(limits.samplesPerFile) samples")
        }
        try checkSamples(record.samples.count)
    }

    private func checkSamples(_ count: Int) throws(ParseRefusal) {
        guard count > limits.samplesPerResult else { return }
        throw ParseRefusal(
            .limitExceeded, "more than \(limits.samplesPerResult) samples of one result")
    }

    private mutating func append(
        _ identity: ResultIdentity, _ record: ResultRecord
    ) throws(ParseRefusal) {
        guard slots.count < limits.results else {
            throw ParseRefusal(.limitExceeded, "more than \(limits.results) results")
        }
        places[identity] = slots.count
        slots.append(Slot(identity: identity, record: record))
    }

    private mutating func fail(_ fault: ValueFault, _ identity: ResultIdentity) {
        fail(
            fault.problemClass, name: identity.name, metric: identity.metric,
            message: fault.message)
    }

    private mutating func join(
        _ record: ResultRecord, at place: Int
    ) throws(ParseRefusal) {
        let identity = slots[place].identity
        guard slots[place].record.headline == nil || record.headline == nil else {
            return fail(
                .duplicateResult, name: identity.name, metric: identity.metric,
                message: "this result is in the file more than once; the first is kept")
        }
        guard slots[place].record.unit == record.unit else { return fail(.unitDiffers, identity) }
        try checkSamples(slots[place].record.samples.count + record.samples.count)
        slots[place].record.join(record)
    }

    private static func result(_ slot: Slot) -> BenchmarkResult? {
        let record = slot.record
        guard let headline = record.headline ?? Self.headline(of: record.samples) else {
            return nil
        }
        return BenchmarkResult(
            identity: slot.identity, unit: record.unit, better: record.better, headline: headline,
            samples: (record.samples, record.groups.isOneGroup ? [] : record.groups),
            stats: record.stats)
    }

    /// The only sample, or the median of several.
    private static func headline(
        of samples: [Double]
    ) -> (value: Double, statistic: BenchmarkResult.Statistic)? {
        guard let first = samples.first else { return nil }
        guard samples.count > 1 else { return (first, .single) }
        let sorted = samples.sorted()
        let upper = sorted[sorted.count / 2]
        guard sorted.count % 2 == 0 else { return (upper, .median) }
        // Halved first: the sum of two large samples need not be finite.
        return (sorted[sorted.count / 2 - 1] / 2 + upper / 2, .median)
    }
}

extension ResultRecord {
    /// Appends the samples of a later record; a record without groups counts as group 0.
    fileprivate mutating func join(_ other: ResultRecord) {
        if !groups.isEmpty || !other.groups.isEmpty {
            groups.append(0, count: samples.count - groups.count)
            groups.append(other.groups)
            groups.append(0, count: other.samples.count - other.groups.count)
        }
        samples += other.samples
        headline = headline ?? other.headline
        stats.merge(other.stats) { first, _ in first }
    }
}
