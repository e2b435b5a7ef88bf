package import FleetModel

/// What is kept out of series of a run's results.
package struct RunExclusions: Hashable, Sendable {
    /// Somebody's word on a run, which is never edited.
    package struct Word: Hashable, Sendable {
        /// Nil: all of the run.
        package let benchmark: String?
        /// False puts it back.
        package let isExcluded: Bool
        package let reason: String
        package let author: String
        package let at: ServerTime
    }

    /// The one on all of the run that holds; nil while all of it stands in its series.
    package private(set) var whole: Word?
    /// Those on benchmarks that hold beside it, by name.
    package private(set) var single: [String: Word] = [:]

    /// Takes all words, oldest first: of those on a benchmark the newest holds, and one on the
    /// whole run ends those before it.
    init(_ words: [Word]) {
        for word in words {
            guard let benchmark = word.benchmark else {
                whole = word.isExcluded ? word : nil
                single = [:]
                continue
            }
            single[benchmark] = word.isExcluded == (whole != nil) ? nil : word
        }
    }

    package var isEmpty: Bool { whole == nil && single.isEmpty }

    /// Nothing of the run stands in a series.
    package var isWhole: Bool { whole != nil && single.isEmpty }

    package func excludes(_ benchmark: String) -> Bool {
        single[benchmark]?.isExcluded ?? (whole != nil)
    }

    /// Benchmarks that were put back although the whole run was taken out, by name.
    package var exceptions: [String] {
        single.filter { !$0.value.isExcluded }.keys.sorted()
    }

    /// What holds, the whole run first.
    package var words: [Word] {
        [whole].compactMap(\.self)
            + single.values.filter(\.isExcluded).sorted {
                ($0.benchmark ?? "") < ($1.benchmark ?? "")
            }
    }
}
