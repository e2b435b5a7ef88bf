/// Ticks of some processors together. Source: proc_stat(5).
struct ProcessorTimes: Equatable {
    static let path = "/proc/stat"

    /// User, nice, system, interrupts; guests are part of user time.
    var busy: Int64 = 0
    var steal: Int64 = 0

    /// `nil` when one of the processors is missing or a line is malformed.
    init?(_ bytes: [UInt8], cpus: [Int]) {
        var missing = Set(cpus)
        for line in KernelWords.lines(bytes) {
            let words = KernelWords.words(line)
            guard let name = words.first, name.starts(with: "cpu".utf8) else { continue }
            guard let cpu = KernelWords.number(name.dropFirst(3)).map(Int.init(clamping:)),
                missing.remove(cpu) != nil
            else { continue }
            let ticks = words.dropFirst().compactMap(KernelWords.number)
            guard ticks.count >= 7, ticks.count == words.count - 1 else { return nil }
            // user nice system idle iowait irq softirq steal
            for place in [0, 1, 2, 5, 6] { busy &+= ticks[place] }
            steal &+= ticks.count > 7 ? ticks[7] : 0
        }
        guard missing.isEmpty else { return nil }
    }
}
