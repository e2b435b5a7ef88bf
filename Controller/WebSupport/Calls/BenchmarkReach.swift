import Identity

/// What a key that is limited to some benchmarks sees on our routes: rows of others are left out of
/// lists, and an object of another one is 403 (API contract, §2). `KeyIdentity` decides.
extension FleetContext {
    private var key: KeyIdentity? {
        guard case .key(let key) = caller else { return nil }
        return key
    }

    /// The expression that limits the caller; nil for who reaches all benchmarks.
    package var benchmarkPattern: String? { key?.benchmarks?.text }

    /// Whether rows of the benchmark are for the caller; 500 where its pattern is broken.
    package func reaches(benchmark: String) throws(APIError) -> Bool {
        do {
            return try key?.reaches(benchmark: benchmark) ?? true
        } catch {
            throw APIError(error)
        }
    }

    /// 403 `benchmark_restricted` for an object of a benchmark that the caller does not reach.
    ///
    /// The refusal does not name it: a caller that knows an identifier need not know that.
    package func require(benchmark: String) throws(APIError) {
        guard try reaches(benchmark: benchmark) else {
            throw APIError(.benchmarkRestricted, "The key is not for this benchmark.")
        }
    }

    /// Those that the caller reaches; what belongs to no benchmark is for everybody.
    package func reached<Row>(
        _ rows: [Row], of benchmark: (Row) -> String?
    ) throws(APIError) -> [Row] {
        guard benchmarkPattern != nil else { return rows }
        var kept: [Row] = []
        for row in rows {
            guard let name = benchmark(row) else {
                kept.append(row)
                continue
            }
            if try reaches(benchmark: name) { kept.append(row) }
        }
        return kept
    }
}
