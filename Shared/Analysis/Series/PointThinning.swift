/// Which points of a long series a graph needs: all extremes, all changes, fewer of the rest.
package enum PointThinning {
    /// What a reply calls the method.
    package static let name = "min_max"

    /// Places to keep, ascending, about `limit` of them: the first and the last, the given ones,
    /// and of each of equally long stretches the lowest and the highest value. All of them where
    /// there are no more than `limit`.
    ///
    /// A missing value (nil) is kept where its stretch has no other.
    /// Source: Jugel et al. 2014 (M4), without the stretches' first and last points.
    package static func kept(
        _ values: [Double?], always given: Set<Int>, limit: Int
    ) -> [Int] {
        guard values.count > limit, let last = values.indices.last else {
            return Array(values.indices)
        }
        var kept = given.filter { values.indices.contains($0) }
        kept.formUnion([0, last])
        let stretches = max(1, (limit - kept.count) / 2)
        for number in 0..<stretches {
            let start = number * values.count / stretches
            let end = (number + 1) * values.count / stretches
            let known = (start..<end).filter { values[$0] != nil }
            let order = { (left: Int, right: Int) in
                (values[left] ?? 0, left) < (values[right] ?? 0, right)
            }
            if let low = known.min(by: order) ?? (start < end ? start : nil) { kept.insert(low) }
            if let high = known.max(by: order) { kept.insert(high) }
        }
        return kept.sorted()
    }
}
