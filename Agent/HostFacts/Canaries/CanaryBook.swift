/// What a host's canaries have shown, and the control chart that new readings are held against.
///
/// Pure. It gates and never rescales. Source: isolation-and-counters.md, section 6.3; decision
/// record 0020 for when a host is quarantined.
package struct CanaryBook: Sendable, Equatable, Codable {
    /// What a reference is valid for: times of another kernel, microcode or tuning say nothing.
    package struct Key: Hashable, Sendable, Codable {
        package let kernel: String
        package let microcode: String
        /// A digest of the tuning layer.
        package let tuning: String

        package init(kernel: String, microcode: String, tuning: String) {
            self.kernel = kernel
            self.microcode = microcode
            self.tuning = tuning
        }
    }

    /// Spread of `alu` and `mem-lat` above which a deviation says more about the neighbours than
    /// about the host.
    package static let quarantineNoise = 0.01
    /// Relative difference of instruction counts that a sound counter path may show.
    package static let instructionShare = 1e-6

    private struct Page: Sendable, Equatable, Codable {
        let key: Key
        var references: [String: CanaryReference] = [:]
        /// Deviations in a row, by canary.
        var strikes: [String: Int] = [:]
        /// When all canaries were last run, in seconds since 1970.
        var fullAt: Int64?
        /// Which agent did.
        var agent: String?
        /// The tuning that the host had before it was tuned for them.
        var idleTuning: String?
        /// Of the last comparison; `nil` where nothing is counted.
        var counterOverhead: Double?
    }

    /// Nights are at least so far from the last time, in seconds.
    private static let shortestPeriod: Int64 = 6 * 3600

    /// References of earlier kernels are kept: a host may go back.
    private static let pagesKept = 8
    /// Where canaries run: in a room and a group of their own, as jobs do. What was kept before
    /// that is not decoded, so its references are measured anew.
    private var room = 1
    private var pages: [Page] = []

    package init() {}

    /// Takes a reading: into the reference while that is incomplete, else against it.
    ///
    /// `mayQuarantine`: whether this host is isolated enough for a second deviation to stop it.
    package mutating func take(
        _ reading: CanaryReading, for key: Key, mayQuarantine: Bool
    ) -> CanaryPoint {
        let place = page(of: key)
        let known = pages[place].references[reading.name]
        guard let reference = known, reference.isComplete else {
            pages[place].references[reading.name] = Self.grown(known, by: reading)
            return Self.point(reading, nil, .unknown, nil)
        }
        let problem = Self.deviation(of: reading, from: reference)
        guard let problem else {
            pages[place].strikes[reading.name] = nil
            return Self.point(reading, reference, .valid, nil)
        }
        let strikes = (pages[place].strikes[reading.name] ?? 0) + 1
        let isOut = strikes >= 2 && mayQuarantine && isQuiet(pages[place])
        // Whoever brings the host back gives it two readings again.
        pages[place].strikes[reading.name] = isOut ? nil : strikes
        return Self.point(reading, reference, isOut ? .quarantine : .warn, problem)
    }

    /// Notes that all canaries were run, and what counting cost.
    ///
    /// `idle`: the tuning before the host was tuned for them.
    package mutating func noteFull(
        for key: Key, idle: String, agent: String, at seconds: Int64, counterOverhead: Double?
    ) {
        let place = page(of: key)
        pages[place].fullAt = seconds
        pages[place].agent = agent
        if idle != key.tuning { pages[place].idleTuning = idle }
        pages[place].counterOverhead = counterOverhead
    }

    /// Whether all canaries must run again: never with this kernel and tuning, another agent, or a
    /// night has come. A host is measured as it is tuned, and asked about while it may not be.
    ///
    /// `night`: in seconds after midnight UTC; `nil` for never.
    package func isFullDue(
        for key: Key, agent: String, at seconds: Int64, night: Int64?
    ) -> Bool {
        let page = pages.filter { page in
            page.key.kernel == key.kernel && page.key.microcode == key.microcode
                && (page.key.tuning == key.tuning || page.idleTuning == key.tuning)
        }.max { $0.fullAt ?? .min < $1.fullAt ?? .min }
        guard let page, let last = page.fullAt, page.agent == agent, last <= seconds else {
            return true
        }
        guard let night else { return false }
        let (sinceNight, overflow) = seconds.subtractingReportingOverflow(night)
        guard !overflow else { return false }
        let latest = seconds - (sinceNight % 86_400 + 86_400) % 86_400
        return last < latest && seconds - last >= Self.shortestPeriod
    }

    /// Whether all canaries were run with this kernel and tuning.
    package func isCalibrated(for key: Key) -> Bool {
        pages.contains { $0.key == key && $0.fullAt != nil }
    }

    /// How much counting costs here; `nil` where nobody has compared.
    package func counterOverhead(for key: Key) -> Double? {
        pages.first { $0.key == key }?.counterOverhead
    }

    /// The larger relative spread of `alu` and `mem-lat`; `nil` before either is known.
    package func noiseFloor(for key: Key) -> Double? {
        guard let page = pages.first(where: { $0.key == key }) else { return nil }
        return Self.noiseFloor(page)
    }

    private static func noiseFloor(_ page: Page) -> Double? {
        ["alu", "mem-lat"].compactMap { page.references[$0] }.filter(\.isComplete)
            .map(\.noise).max()
    }

    private func isQuiet(_ page: Page) -> Bool {
        Self.noiseFloor(page).map { $0 <= Self.quarantineNoise } ?? false
    }

    private mutating func page(of key: Key) -> Int {
        if let place = pages.firstIndex(where: { $0.key == key }) { return place }
        if pages.count >= Self.pagesKept { pages.removeFirst() }
        pages.append(Page(key: key))
        return pages.count - 1
    }

    private static func grown(
        _ reference: CanaryReference?, by reading: CanaryReading
    ) -> CanaryReference {
        guard var reference else { return CanaryReference(reading) }
        reference.add(reading)
        return reference
    }

    private static func deviation(
        of reading: CanaryReading, from reference: CanaryReference
    ) -> String? {
        if let now = reading.instructions, let before = reference.instructions, before > 0 {
            let apart = now > before ? now - before : before - now
            if Double(apart) > instructionShare * Double(before) {
                return "\(reading.name) took \(now) instructions, \(before) in the reference"
            }
        }
        let median = Middle.median(reading.values)
        guard !reference.limits.contains(median), reference.median > 0 else { return nil }
        let percent = ((median / reference.median - 1) * 1000).rounded() / 10
        return percent > 0
            ? "\(reading.name) took \(percent) % longer than its reference"
            : "\(reading.name) took \(-percent) % less than its reference"
    }

    private static func point(
        _ reading: CanaryReading, _ reference: CanaryReference?, _ state: CanaryState,
        _ reason: String?
    ) -> CanaryPoint {
        let median = Middle.median(reading.values)
        // 1.4826 makes the deviation that of a normal distribution (statistics specification, §2).
        let spread = (reference?.mad ?? 0) * 1.4826
        let z = reference.flatMap { spread > 0 ? (median - $0.median) / spread : nil }
        return CanaryPoint(
            reading: reading, median: median, mad: Middle.deviation(reading.values), z: z,
            state: state, limits: reference?.limits, reason: reason)
    }
}
