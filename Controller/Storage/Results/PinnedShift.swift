package import FleetModel
import FoundationEssentials

/// A row's candidate against the pinned baseline: what sees a loss that creeps in by steps too
/// small for any one comparison (statistics specification, section 7).
package struct PinnedShift: Hashable, Sendable {
    package let commit: CommitHash
    /// The tag by which it was pinned.
    package let release: String?
    /// The run of that commit whose samples were taken.
    package let run: RunID
    package let median: Double
    package let shift: Shift?
    package let p: Double?
    package let adjustedP: Double?
    package let direction: Direction
    package let decision: Decision
    package let reasons: [String]
    /// Of the series' points, with its degrees of freedom; nil where too few were known.
    package let noise: (relative: Double, degrees: Double)?
    /// The host's platform was another one then, so that nothing is decided.
    package let isOtherPlatform: Bool

    /// Relative to the baseline's median.
    package struct Shift: Codable, Hashable, Sendable {
        package let relative: Double
        package let low: Double?
        package let high: Double?
        package let level: Double

        package init(relative: Double, low: Double?, high: Double?, level: Double) {
            self.relative = relative
            self.low = low
            self.high = high
            self.level = level
        }
    }

    package init(
        commit: CommitHash, release: String?, run: RunID, median: Double, shift: Shift?,
        p: Double?, adjustedP: Double?, direction: Direction, decision: Decision,
        reasons: [String], noise: (relative: Double, degrees: Double)?, isOtherPlatform: Bool
    ) {
        self.commit = commit
        self.release = release
        self.run = run
        self.median = median
        self.shift = shift
        self.p = p
        self.adjustedP = adjustedP
        self.direction = direction
        self.decision = decision
        self.reasons = reasons
        self.noise = noise
        self.isOtherPlatform = isOtherPlatform
    }

    /// `v1.0`, or the commit's first digits.
    package var name: String { release ?? commit.short }

    package static func == (lhs: PinnedShift, rhs: PinnedShift) -> Bool {
        lhs.stored == rhs.stored
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(stored) }
}

extension PinnedShift {
    /// As the row keeps it.
    private struct Stored: Codable, Hashable {
        let commit: String
        let release: String?
        let run: String
        let median: Double
        let shift: Shift?
        let p: Double?
        let p_adjusted: Double?
        let direction: String
        let decision: String
        let reasons: [String]
        let noise: Double?
        let noise_degrees: Double?
        let other_platform: Bool
    }

    private var stored: Stored {
        Stored(
            commit: commit.text, release: release, run: run.text, median: median, shift: shift,
            p: p, p_adjusted: adjustedP, direction: direction.rawValue,
            decision: decision.rawValue, reasons: reasons, noise: noise?.relative,
            noise_degrees: noise?.degrees, other_platform: isOtherPlatform)
    }

    /// JSON with sorted names; numbers come back as they were.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: (try? encoder.encode(stored)) ?? Data(), as: UTF8.self)
    }

    /// Nil for what is no such text.
    init?(text: String) {
        guard let stored = try? JSONDecoder().decode(Stored.self, from: Data(text.utf8)),
            let commit = CommitHash(stored.commit), let run = RunID(stored.run),
            let direction = Direction(rawValue: stored.direction),
            let decision = Decision(rawValue: stored.decision)
        else { return nil }
        var noise: (relative: Double, degrees: Double)?
        if let relative = stored.noise, let degrees = stored.noise_degrees {
            noise = (relative, degrees)
        }
        self.init(
            commit: commit, release: stored.release, run: run, median: stored.median,
            shift: stored.shift, p: stored.p, adjustedP: stored.p_adjusted, direction: direction,
            decision: decision, reasons: stored.reasons, noise: noise,
            isOtherPlatform: stored.other_platform)
    }
}

/// The rows of a comparison that are worse than the pinned baseline, for sure; the largest first.
package struct PinnedLosses: Hashable, Sendable {
    package let rows: [ComparisonStore.RowRecord]

    package init(_ rows: [ComparisonStore.RowRecord]) {
        self.rows = rows.filter { $0.pinned?.decision == .fail }.sorted {
            (Self.size($1), $0.benchmark, $0.metric.name)
                < (Self.size($0), $1.benchmark, $1.metric.name)
        }
    }

    private static func size(_ row: ComparisonStore.RowRecord) -> Double {
        abs(row.pinned?.shift?.relative ?? 0)
    }
}
