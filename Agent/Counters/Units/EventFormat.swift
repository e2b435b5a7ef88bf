/// Where the value of a unit's term goes in what the kernel is asked: `config:0-7,32-35`.
///
/// Source: Documentation/ABI/testing/sysfs-bus-event_source-devices-format of the kernel.
struct EventFormat: Sendable, Equatable {
    /// Which of perf_event_attr's words.
    enum Word: String, Sendable {
        case config, config1, config2
    }

    let word: Word
    /// Ascending; the value's lowest bit goes to the first.
    let bits: [Int]

    private init(_ word: Word, _ bits: [Int]) {
        self.word = word
        self.bits = bits
    }

    /// - Returns: `nil` for what is no format, or one of a word that this version does not know.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let word = Word(rawValue: String(parts[0])) else { return nil }
        var bits = Set<Int>()
        for range in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
            let ends = range.split(separator: "-", omittingEmptySubsequences: false).map {
                $0.utf8.allSatisfy { (48...57).contains($0) } ? Int($0) ?? -1 : -1
            }
            guard ends.count <= 2, let low = ends.first, let high = ends.last, low >= 0,
                low <= high, high < 64
            else { return nil }
            bits.formUnion(low...high)
        }
        self.init(word, bits.sorted())
    }

    /// A whole word, for `config=0x3c` where the unit describes no such term.
    static func whole(_ word: Word) -> EventFormat { EventFormat(word, Array(0..<64)) }

    /// Whether the value has no bit beyond the term's.
    func fits(_ value: UInt64) -> Bool { bits.count >= 64 || value >> UInt64(bits.count) == 0 }

    /// The largest value of the term.
    var largest: UInt64 { bits.count >= 64 ? .max : (1 << UInt64(bits.count)) - 1 }

    /// Replaces the term's bits.
    func place(_ value: UInt64, in code: inout EventCode) {
        var text = code[word]
        for (index, bit) in bits.enumerated() {
            let mask: UInt64 = 1 << UInt64(bit)
            text = value >> UInt64(index) & 1 == 1 ? text | mask : text & ~mask
        }
        code[word] = text
    }
}
