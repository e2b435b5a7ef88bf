/// The known word that a misspelt one probably meant.
enum NearMiss {
    /// - Returns: nothing when no word is near enough.
    static func of(_ word: String, among known: [String]) -> String? {
        guard word.count <= 64 else { return nil }
        let best = known.map { (word: $0, distance: distance(word, $0)) }
            .min { $0.distance < $1.distance }
        guard let best, best.distance <= max(1, best.word.count / 3) else { return nil }
        return best.word
    }

    /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
    private static func distance(_ first: String, _ second: String) -> Int {
        let first = Array(first)
        let second = Array(second)
        var rows = [Array(0...second.count)]
        for (i, left) in first.enumerated() {
            var row = [i + 1]
            for (j, right) in second.enumerated() {
                var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (left == right ? 0 : 1))
                if i > 0, j > 0, left == second[j - 1], first[i - 1] == right {
                    cost = min(cost, rows[i - 1][j - 1] + 1)
                }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows.last?.last ?? 0
    }
}
