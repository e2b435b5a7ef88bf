import Counters
import LinuxSystem
import Testing

/// The lines of `Programs/pmuproof.c`, as its header describes them.
struct RecordedCounts {
    /// By name and event.
    private(set) var readings: [String: CounterReading] = [:]
    /// errno by name, and by name and event; 0 where the kernel did not refuse.
    private(set) var refusals: [String: Int32] = [:]
    private(set) var ended = ""

    init() throws {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let text = try KernelTree().text("/\(folder)/Recorded/arm64-pmu.txt")
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case "count":
                try #require(words.count == 6)
                let event = try #require(CounterCatalogue.event(words[2]))
                let numbers = words[3...].compactMap { UInt64($0) }
                try #require(numbers.count == 3)
                readings["\(words[1]) \(words[2])"] = CounterReading(
                    event,
                    PerfCount(
                        count: numbers[0], enabledNanoseconds: numbers[1],
                        runningNanoseconds: numbers[2]))
            case "refused":
                try #require(words.count == 4)
                let errno = try #require(Int32(words[3]) as Int32?)
                refusals[words[1]] = errno
                refusals["\(words[1]) \(words[2])"] = errno
            default: ended = String(line)
            }
        }
    }
}
