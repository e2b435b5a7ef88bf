/// What counts as worse, for a file, an entry or a metric; all levels above are merged in.
package struct Policy: Sendable {
    package enum Test: String, Sendable {
        case changePoint = "change_point"
        case budget
        case `static`
        case percentage
        case zScore = "z_score"
        case tTest = "t_test"
        case logNormal = "log_normal"
        case iqr
        case deltaIQR = "delta_iqr"
    }
    package enum NoisePolicy: String, Sendable { case ignore, warn, skip }
    package enum Mismatch: String, Sendable { case error, warn, ignore }
    package enum Baseline: String, Sendable {
        case level, parent
        case forkPoint = "fork_point"
        case pinned
        case lastN = "last_n"
        case release
    }

    /// Relative change; nothing means `auto`.
    package let threshold: Double?
    /// Nothing means 0.9 × threshold.
    package let warn: Double?
    package let test: Test
    package let lower: Double?
    package let upper: Double?
    package let minSampleSize: Int?
    package let maxSampleSize: Int
    package let isMirrored: Bool
    package let falseDiscoveryRate: Double
    package let noiseThreshold: Double?
    package let noisePolicy: NoisePolicy
    package let requiresSignificance: Bool
    package let baseline: Baseline
    /// Points of `last_n`.
    package let baselineCount: Int
    package let hostMismatch: Mismatch
    package let gate: Gate
    package let confirms: Bool
    package let notifications: [Notification]
    /// The keys that somebody wrote; all others are defaults.
    package let given: Set<String>

    init(_ table: SettingTable) {
        threshold = table["threshold"]?.number
        warn = table["warn"]?.number
        test = table.word("test")
        lower = table["lower"]?.number
        upper = table["upper"]?.number
        minSampleSize = table.integer("min_sample_size")
        maxSampleSize = table.need("max_sample_size", \.integer)
        isMirrored = table.isTrue("mirror")
        falseDiscoveryRate = table.need("q", \.number)
        noiseThreshold = table["noise_threshold"]?.number
        noisePolicy = table.word("noise_policy")
        requiresSignificance = table.isTrue("require_significance")
        baseline = table.word("baseline")
        baselineCount = table.integer("n") ?? 5
        hostMismatch = table.word("host_mismatch")
        gate = Gate(table.section("gate"))
        confirms = table.isTrue("confirm")
        notifications = (table["notify"]?.items ?? []).compactMap(\.section)
            .map(Notification.init)
        given = Set(table.names.filter { table[$0]?.place != nil })
    }
}

extension Policy {
    /// When the commit status fails.
    package struct Gate: Sendable {
        package enum Decision: String, Sendable { case regressed, warn, failed, partial, unclear }

        package let failOn: [Decision]
        /// Only entries with one of these; empty: all.
        package let tags: [String]
        package let isRequired: Bool

        init(_ table: SettingTable) {
            failOn = table.words("fail_on")
            tags = table.texts("tags")
            isRequired = table.isTrue("required")
        }
    }

    /// Whom to tell of what.
    package struct Notification: Sendable {
        package enum Event: String, Sendable { case opened, confirmed, resolved, failed, digest }

        package let channel: String
        /// Empty: all events.
        package let events: [Event]
        package let tags: [String]

        init(_ table: SettingTable) {
            channel = table.need("channel", \.text)
            events = table.words("on")
            tags = table.texts("tags")
        }
    }
}
