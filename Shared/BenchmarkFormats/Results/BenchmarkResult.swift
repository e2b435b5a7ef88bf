/// One measured metric of one benchmark, in a canonical unit.
package struct BenchmarkResult: Sendable, Equatable {
    /// Which way is good; `direction` in files. `none` is never judged.
    package enum Better: String, Sendable, CaseIterable {
        case lower, higher, none
    }

    /// Which figure the headline is.
    package enum Statistic: String, Sendable, CaseIterable {
        case mean, median, slope, typical, estimate, derived, single
    }

    /// The benchmark without its parameters.
    package let name: String
    package let params: [String: String]
    /// A canonical metric, or the slug of the tool's own name.
    package let metric: String
    /// A canonical unit, or the tool's text if it is unknown.
    package let unit: String
    package let better: Better
    /// The headline, in `unit`; always finite.
    package let value: Double
    package let statistic: Statistic
    /// Every measured sample in file order, in `unit`; empty if the tool gives none.
    package let samples: [Double]
    /// Process, launch or run of each sample; empty unless there is more than one.
    package let groups: SampleGroups
    /// The tool's own figures, in `unit` but for `rel_stddev` and `rel_moe`.
    package let stats: [String: Double]

    package init(
        identity: ResultIdentity, unit: String, better: Better,
        headline: (value: Double, statistic: Statistic),
        samples: (values: [Double], groups: SampleGroups) = ([], []), stats: [String: Double] = [:]
    ) {
        name = identity.name
        params = identity.params
        metric = identity.metric
        self.unit = unit
        self.better = better
        (value, statistic) = headline
        self.samples = samples.values
        groups = samples.groups
        self.stats = stats
    }
}

/// What makes two records of a file the same result.
/// Compared byte by byte: Swift would take differently composed accents for the same text.
package struct ResultIdentity: Sendable, Hashable {
    package let name: String
    package let params: [String: String]
    package let metric: String

    package init(name: String, params: [String: String] = [:], metric: String) {
        self.name = name
        self.params = params
        self.metric = metric
    }

    /// Text that is equal byte by byte is equal, so the plain hash serves.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(metric)
        hasher.combine(params)
    }

    package static func == (lhs: Self, rhs: Self) -> Bool {
        isSame(lhs.name, rhs.name) && isSame(lhs.metric, rhs.metric)
            && lhs.params.count == rhs.params.count
            && lhs.params.allSatisfy { key, value in
                guard let place = rhs.params.index(forKey: key) else { return false }
                return isSame(rhs.params[place].key, key) && isSame(rhs.params[place].value, value)
            }
    }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        var (one, other) = (one, other)
        return one.withUTF8 { one in other.withUTF8 { other in one.elementsEqual(other) } }
    }
}
