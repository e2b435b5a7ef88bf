/// What all processes of one launch took together, by their control group. `nil` where the host's
/// groups do not say.
package struct GroupAccounting: Sendable, Equatable {
    package var usageMicroseconds: Int64?
    package var userMicroseconds: Int64?
    package var systemMicroseconds: Int64?
    /// How often the processors were taken away because a quota was spent.
    package var throttledPeriods: Int64?
    package var memoryPeakBytes: Int64?
    /// The peak is the largest of looks 50 ms apart: the kernel keeps none.
    package var samplesMemoryPeak = false
    /// Processes that the kernel killed for want of memory.
    package var memoryKills: Int64?
    /// How often a new process was refused; kernels before 6.11 count it in the forking group.
    package var processRefusals: Int64?
    /// Microseconds in which some process waited for a processor, for memory, for a disk.
    package var processorPressureMicroseconds: Int64?
    package var memoryPressureMicroseconds: Int64?
    package var diskPressureMicroseconds: Int64?

    package init() {}
}

extension GroupAccounting {
    /// Reads the second version's files.
    mutating func add(unified folder: GroupFolder) {
        let time = folder.numbers("cpu.stat")
        usageMicroseconds = usageMicroseconds ?? time["usage_usec"]
        userMicroseconds = userMicroseconds ?? time["user_usec"]
        systemMicroseconds = systemMicroseconds ?? time["system_usec"]
        throttledPeriods = throttledPeriods ?? time["nr_throttled"]
        memoryPeakBytes = memoryPeakBytes ?? folder.number("memory.peak")
        memoryKills = memoryKills ?? folder.numbers("memory.events")["oom_kill"]
        processRefusals = processRefusals ?? folder.numbers("pids.events")["max"]
        processorPressureMicroseconds = Self.pressure(folder.text("cpu.pressure"))
        memoryPressureMicroseconds = Self.pressure(folder.text("memory.pressure"))
        diskPressureMicroseconds = Self.pressure(folder.text("io.pressure"))
    }

    /// Reads the first version's files of one controller.
    mutating func add(_ controller: String, legacy folder: GroupFolder) {
        switch controller {
        case "memory":
            memoryPeakBytes = folder.number("memory.max_usage_in_bytes")
            memoryKills = folder.numbers("memory.oom_control")["oom_kill"]
        case "pids": processRefusals = folder.numbers("pids.events")["max"]
        case "cpuacct":
            guard usageMicroseconds == nil else { return }
            usageMicroseconds = folder.number("cpuacct.usage").map { $0 / 1000 }
        default: break
        }
    }

    /// `some avg10=0.00 avg60=0.00 avg300=0.00 total=12345`; `nil` where the kernel keeps none.
    static func pressure(_ text: String?) -> Int64? {
        let line = (text ?? "").split(separator: "\n").first { $0.hasPrefix("some ") }
        let word = line?.split(separator: " ").first { $0.hasPrefix("total=") }
        return word.flatMap { Int64($0.dropFirst("total=".count)) }
    }
}
