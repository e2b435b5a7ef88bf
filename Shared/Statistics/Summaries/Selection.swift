/// Order statistics without sorting everything.
enum Selection {
    /// The median of at least one value; the values end in another order.
    static func median(_ values: inout [Double]) -> Double {
        let middle = values.count / 2
        let upper = value(order: middle, &values)
        guard values.count.isMultiple(of: 2) else { return upper }
        // Everything before the middle is no larger than it.
        let lower = values[..<middle].max() ?? upper
        return Quantile.midpoint(lower, upper)
    }

    /// The value at place `order` if all were sorted; smaller ones end before it.
    ///
    /// Source: Hoare 1961 (find), with the median of three as pivot.
    static func value(order: Int, _ values: inout [Double]) -> Double {
        var low = 0
        var high = values.count - 1
        while low < high {
            let pivot = middle(values[low], values[low + (high - low) / 2], values[high])
            var left = low
            var right = high
            while left <= right {
                while values[left] < pivot { left += 1 }
                while pivot < values[right] { right -= 1 }
                guard left <= right else { break }
                values.swapAt(left, right)
                left += 1
                right -= 1
            }
            if order <= right {
                high = right
            } else if order >= left {
                low = left
            } else {
                break
            }
        }
        return values[order]
    }

    private static func middle(_ first: Double, _ second: Double, _ third: Double) -> Double {
        max(min(first, second), min(max(first, second), third))
    }
}
