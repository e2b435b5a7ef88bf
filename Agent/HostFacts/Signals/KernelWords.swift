/// The kernel's tables as lines of words; no bytes make it trap.
enum KernelWords {
    typealias Word = ArraySlice<UInt8>

    static func lines(_ bytes: [UInt8]) -> [Word] {
        bytes.split(separator: UInt8(ascii: "\n"))
    }

    static func words(_ line: Word) -> [Word] {
        line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }

    /// Decimal digits only; `nil` for anything else and beyond 64 bits.
    static func number(_ word: Word) -> Int64? {
        guard !word.isEmpty else { return nil }
        var value: Int64 = 0
        for byte in word {
            guard (48...57).contains(byte) else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int64(byte - 48))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    static func text(_ word: Word) -> String { String(decoding: word, as: UTF8.self) }

    /// The value of a `name value` line, as in `/proc/vmstat` and `cpu.stat`.
    static func value(of name: String, in bytes: [UInt8]) -> Int64? {
        let wanted = Array(name.utf8)
        for line in lines(bytes) {
            let parts = words(line)
            if parts.count == 2, parts[0].elementsEqual(wanted) { return number(parts[1]) }
        }
        return nil
    }
}
