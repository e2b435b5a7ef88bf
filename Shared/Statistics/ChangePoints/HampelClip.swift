/// Pulls single far values to a bound around the median of their neighbours.
///
/// Source: Hampel 1974; statistics specification, section 9.3, step 1.
struct HampelClip: Hashable, Sendable {
    /// Values on each side that are looked at.
    let halfWindow: Int
    /// Scaled median absolute deviations that a value may be away.
    let reach: Double

    /// The clipped value at `index`, judged by the values as they came.
    func value(at index: Int, of values: [Double], _ buffer: inout [Double]) -> Double {
        let from = max(0, index - halfWindow)
        let to = min(values.count, index + halfWindow + 1)
        buffer.removeAll(keepingCapacity: true)
        buffer += values[from..<to]
        let median = Self.median(&buffer)
        for place in buffer.indices { buffer[place] = abs(buffer[place] - median) }
        let bound = reach * Summary.madScale * Self.median(&buffer)
        let value = values[index]
        guard bound > 0, abs(value - median) > bound else { return value }
        return value > median ? median + bound : median - bound
    }

    /// Sorts a handful of values where they are.
    private static func median(_ values: inout [Double]) -> Double {
        guard values.count <= 32 else {
            values.sort()
            return Quantile.median(ofSorted: values)
        }
        for end in values.indices.dropFirst() {
            let value = values[end]
            var place = end
            while place > 0, values[place - 1] > value {
                values[place] = values[place - 1]
                place -= 1
            }
            values[place] = value
        }
        return Quantile.median(ofSorted: values)
    }
}
