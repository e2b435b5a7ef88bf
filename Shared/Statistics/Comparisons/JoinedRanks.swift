/// Midranks of values in ascending order, doubled so that they are whole numbers.
///
/// Source: Kendall 1945 (ties share the mean of their ranks); statistics specification, section 2.
struct JoinedRanks {
    /// By ascending value.
    let doubled: [Int]
    /// Sum of the doubled midranks of the marked values.
    let markedDoubledSum: Int
    /// Σ(t³ − t) over groups of equal values.
    let tieTerm: Double

    var hasTies: Bool { tieTerm > 0 }

    /// - Parameter values: each with its mark; in any order.
    init(_ values: [(value: Double, isMarked: Bool)]) {
        let ordered = values.sorted { $0.value < $1.value }
        var doubled: [Int] = []
        doubled.reserveCapacity(ordered.count)
        var marked = 0
        var ties = 0.0
        var start = 0
        while start < ordered.count {
            var end = start + 1
            while end < ordered.count, ordered[end].value == ordered[start].value { end += 1 }
            // Ranks start + 1 ... end have the doubled mean start + 1 + end.
            let rank = start + 1 + end
            doubled.append(contentsOf: repeatElement(rank, count: end - start))
            marked += rank * ordered[start..<end].count { $0.isMarked }
            let size = Double(end - start)
            ties += (size * size - 1) * size
            start = end
        }
        self.doubled = doubled
        markedDoubledSum = marked
        tieTerm = ties
    }
}
