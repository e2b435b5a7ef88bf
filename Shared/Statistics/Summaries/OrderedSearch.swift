/// Order statistics of large implicit multisets, such as all pairwise differences, without
/// writing them down: bisection over the ordered bit patterns of Double, so the answer is exact.
enum OrderedSearch {
    /// The smallest double v in [lower, upper] for which `isEnough(v)` holds.
    ///
    /// `isEnough` is false below some point and true from it on; it is true at `upper`.
    static func smallest(
        from lower: Double, to upper: Double, where isEnough: (Double) -> Bool
    ) -> Double {
        var low = key(lower)
        var high = key(upper)
        while low < high {
            let middle = (low & high) + ((low ^ high) >> 1)
            if isEnough(value(middle)) { high = middle } else { low = middle + 1 }
        }
        return value(low)
    }

    /// Orders as the doubles do, −0 and 0 being the same.
    private static func key(_ value: Double) -> Int64 {
        let bits = Int64(bitPattern: value.bitPattern)
        return bits < 0 ? Int64.min &- bits : bits
    }

    private static func value(_ key: Int64) -> Double {
        let bits = key < 0 ? Int64.min &- key : key
        return Double(bitPattern: UInt64(bitPattern: bits))
    }
}
