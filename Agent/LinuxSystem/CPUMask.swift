/// The kernel's mask format for processors: hexadecimal words of 32 bits, the most significant one
/// first, with commas between. Source: cpuset(7), "Mask format".
package enum CPUMask {
    /// - Returns: ascending; `nil` when malformed or beyond `CPUList.capacity`.
    package static func parse(_ text: some StringProtocol) -> [Int]? {
        let words = text.trimmingWhitespace()
            .split(separator: ",", omittingEmptySubsequences: false)
        guard words.count <= CPUList.capacity / 32 else { return nil }
        var cpus: [Int] = []
        for (index, word) in words.reversed().enumerated() {
            guard (1...8).contains(word.utf8.count), let bits = UInt32(word, radix: 16),
                word.first != "+"
            else { return nil }
            cpus += (0..<32).filter { bits >> UInt32($0) & 1 == 1 }.map { index * 32 + $0 }
        }
        return cpus
    }

    /// The inverse, with as few words as it takes and at least one.
    package static func text(of cpus: some Sequence<Int>) -> String {
        let members = Set(cpus).filter { (0..<CPUList.capacity).contains($0) }
        let last = (members.max() ?? 0) / 32
        return (0...last).reversed().map { index in
            let bits = members.filter { $0 / 32 == index }
                .reduce(UInt32(0)) { $0 | 1 << UInt32($1 % 32) }
            let digits = String(bits, radix: 16)
            return index == last
                ? digits : String(repeating: "0", count: 8 - digits.count) + digits
        }.joined(separator: ",")
    }
}
