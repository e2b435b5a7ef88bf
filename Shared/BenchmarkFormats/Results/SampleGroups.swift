/// Process, launch or run of each sample of a result. Samples of one group nearly always follow
/// each other, so their number is kept and not each of them.
package struct SampleGroups: Sendable, Equatable, ExpressibleByArrayLiteral {
    private struct Span: Equatable {
        let group: Int
        var count: Int
    }

    private var spans: [Span] = []
    /// As many as samples.
    package private(set) var count = 0

    package init() {}

    package init(arrayLiteral groups: Int...) { self.init(groups) }

    package init(_ groups: [Int]) {
        for group in groups { append(group) }
    }

    package var isEmpty: Bool { count == 0 }
    var isOneGroup: Bool { spans.allSatisfy { $0.group == spans.first?.group } }

    /// One number for each sample, in file order.
    package var numbers: [Int] {
        var numbers: [Int] = []
        numbers.reserveCapacity(count)
        for span in spans { numbers += repeatElement(span.group, count: span.count) }
        return numbers
    }

    mutating func append(_ group: Int, count more: Int = 1) {
        guard more > 0 else { return }
        count += more
        if let last = spans.indices.last, spans[last].group == group {
            spans[last].count += more
        } else {
            spans.append(Span(group: group, count: more))
        }
    }

    mutating func append(_ other: SampleGroups) {
        for span in other.spans { append(span.group, count: span.count) }
    }
}
