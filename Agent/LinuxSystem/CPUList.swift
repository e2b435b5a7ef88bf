/// The kernel's list format for processors: `0-3,5`. Source: cpuset(7), "List format".
package enum CPUList {
    /// The highest processor number that a kernel can have (CONFIG_NR_CPUS ≤ 8192).
    package static let capacity = 8192

    /// - Returns: ascending without doubles; empty for an empty list; `nil` when malformed, with a
    ///   reversed range, or beyond `capacity`.
    package static func parse(_ text: some StringProtocol) -> [Int]? {
        let body = text.trimmingWhitespace()
        if body.isEmpty { return [] }
        var members = Set<Int>()
        for part in body.split(separator: ",", omittingEmptySubsequences: false) {
            guard let range = range(of: part) else { return nil }
            members.formUnion(range)
        }
        return members.sorted()
    }

    /// The inverse: runs of neighbours become ranges.
    package static func text(of cpus: some Sequence<Int>) -> String {
        var runs: [ClosedRange<Int>] = []
        for cpu in Set(cpus).sorted() {
            if let last = runs.last, last.upperBound + 1 == cpu {
                runs[runs.count - 1] = last.lowerBound...cpu
            } else {
                runs.append(cpu...cpu)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }

    private static func range(of part: some StringProtocol) -> ClosedRange<Int>? {
        let ends = part.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let first = ends.first, let low = number(first),
            let last = ends.last, let high = number(last), low <= high
        else { return nil }
        return low...high
    }

    private static func number(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }),
            let value = Int(text), value < capacity
        else { return nil }
        return value
    }
}

extension StringProtocol {
    /// Without blanks and line ends at both ends.
    package func trimmingWhitespace() -> String {
        var rest = Substring(self)
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
