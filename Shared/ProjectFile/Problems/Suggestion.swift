/// Finds what a person probably meant (project-file.md section 4).
enum Suggestion {
    /// Longer words are not compared: nobody means them, and the comparison is quadratic.
    static let longestWord = 64

    /// The nearest of `words` within Damerau–Levenshtein distance max(1, length/3), after folding
    /// case, `-` and `_`. Of equally near words the first one is taken.
    static func nearest(to word: String, among words: [String]) -> String? {
        let wanted = folded(word)
        guard !wanted.isEmpty, wanted.count <= longestWord else { return nil }
        let reach = max(1, wanted.count / 3)
        var best: (word: String, distance: Int)?
        for candidate in words {
            let found = distance(wanted, folded(candidate))
            // A word of one or two letters is one edit from too much.
            guard found <= reach, found < max(wanted.count, 1) else { continue }
            if let best, best.distance <= found { continue }
            best = (candidate, found)
        }
        return best?.word
    }

    static func meant(_ word: String) -> String { "did you mean `\(word)`?" }

    private static func folded(_ word: String) -> [Unicode.Scalar] {
        word.lowercased().unicodeScalars.filter { $0 != "-" && $0 != "_" }
    }

    /// Optimal string alignment: insert, remove, replace, swap neighbours.
    static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
        guard !first.isEmpty else { return second.count }
        guard !second.isEmpty else { return first.count }
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for row in 1...first.count {
            var current = [row]
            for column in 1...second.count {
                let same = first[row - 1] == second[column - 1]
                var cost = min(
                    last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1))
                let swapped =
                    row > 1 && column > 1 && first[row - 1] == second[column - 2]
                    && first[row - 2] == second[column - 1]
                if swapped { cost = min(cost, beforeLast[column - 2] + 1) }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[second.count]
    }
}
