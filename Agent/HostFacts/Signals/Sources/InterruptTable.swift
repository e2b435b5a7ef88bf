/// Rows of `/proc/interrupts` or `/proc/softirqs`, added over some processors.
struct InterruptTable: Equatable {
    struct Row: Equatable {
        /// `24`, `LOC`, `NET_RX`.
        let label: String
        /// What stands behind the counts.
        let words: String
        let count: Int64
    }

    let rows: [Row]

    /// `nil` when the head does not name every one of the processors.
    init?(_ bytes: [UInt8], cpus: [Int]) {
        let lines = KernelWords.lines(bytes)
        guard let head = lines.first else { return nil }
        var columns: [Int: Int] = [:]
        for (column, word) in KernelWords.words(head).enumerated() {
            guard word.starts(with: "CPU".utf8), let cpu = KernelWords.number(word.dropFirst(3))
            else { return nil }
            columns[Int(clamping: cpu)] = column
        }
        let wanted = cpus.compactMap { columns[$0] }
        guard wanted.count == cpus.count, !wanted.isEmpty else { return nil }
        rows = lines.dropFirst().compactMap { Self.row($0, wanted, columns.count) }
    }

    /// Rows like `ERR: 0` have one count for all processors and are left out.
    private static func row(
        _ line: KernelWords.Word, _ wanted: [Int], _ columns: Int
    ) -> Row? {
        let words = KernelWords.words(line)
        guard let label = words.first, label.last == UInt8(ascii: ":"), words.count > columns
        else { return nil }
        var count: Int64 = 0
        for column in wanted {
            guard let value = KernelWords.number(words[column + 1]) else { return nil }
            count &+= value
        }
        return Row(
            label: KernelWords.text(label.dropLast()),
            words: words.dropFirst(columns + 1).map(KernelWords.text).joined(separator: " "),
            count: count)
    }

    /// `nil` where no row is meant.
    func sum(where isMeant: (Row) -> Bool) -> Int64? {
        let meant = rows.filter(isMeant)
        return meant.isEmpty ? nil : meant.reduce(0) { $0 &+ $1.count }
    }
}
