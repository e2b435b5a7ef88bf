import Statistics

/// rustc-perf's rule on a series: a commit changed if its relative step is at least the upper fence
/// of the thirty steps before it, 0.2 % without history.
///
/// Source: statistics specification, section 5; quartiles are of type 7 here, where rustc-perf
/// takes medians of halves.
enum RustcPerfRule {
    static func changes(_ values: [Double]) throws -> [Int] {
        let steps = zip(values, values.dropFirst()).map { abs($1 / $0 - 1) }
        return try steps.indices.filter { index in
            try steps[index] >= fence(Array(steps[max(0, index - 30)..<index]))
        }.map { $0 + 1 }
    }

    private static func fence(_ steps: [Double]) throws -> Double {
        guard !steps.isEmpty else { return 0.002 }
        let low = try Quantile.value(at: 0.25, of: steps)
        let high = try Quantile.value(at: 0.75, of: steps)
        return high + 3 * (high - low)
    }
}
