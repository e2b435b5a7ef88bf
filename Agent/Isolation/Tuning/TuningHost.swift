package import LinuxSystem

/// What the catalogue needs to know before it can say what it wants of this host.
package struct TuningHost: Sendable {
    package let files: any KernelFiles
    package let profile: TuningProfile
    /// Processors that keep house: interrupts and kernel threads go there.
    package let housekeeping: [Int]
    /// Processors that measured programs run on.
    package let measuring: [Int]
    /// Names what is made for this span, letters and digits.
    package let span: String

    package init(
        files: any KernelFiles, profile: TuningProfile, housekeeping: [Int], measuring: [Int],
        span: String
    ) {
        self.files = files
        self.profile = profile
        self.housekeeping = housekeeping.sorted()
        self.measuring = measuring.sorted()
        self.span = span
    }

    /// With one core there is nowhere to move anything to.
    var canSteer: Bool {
        !housekeeping.isEmpty && !measuring.isEmpty
            && Set(housekeeping).isDisjoint(with: measuring)
    }

    static let processors = "/sys/devices/system/cpu"

    /// Folders of the frequency policies, ascending by number.
    var frequencyPolicies: [String] {
        let folder = "\(Self.processors)/cpufreq"
        return files.names(in: folder).compactMap { name -> (Int, String)? in
            guard name.hasPrefix("policy"), let number = Int(name.dropFirst(6)) else { return nil }
            return (number, "\(folder)/\(name)")
        }.sorted { $0.0 < $1.0 }.map { $0.1 }
    }
}
