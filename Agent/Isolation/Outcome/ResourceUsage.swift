/// What wait4 said of the target: itself and the children it waited for (getrusage(2)).
package struct ResourceUsage: Sendable, Equatable {
    package var userMicroseconds: Int64
    package var systemMicroseconds: Int64
    /// The largest resident set of any one process among them.
    package var maximumResidentBytes: Int64
    package var minorFaults: Int64
    package var majorFaults: Int64
    /// Blocks of 512 bytes.
    package var inputBlocks: Int64
    package var outputBlocks: Int64
    package var voluntarySwitches: Int64
    package var involuntarySwitches: Int64

    package init(
        userMicroseconds: Int64 = 0, systemMicroseconds: Int64 = 0,
        maximumResidentBytes: Int64 = 0, minorFaults: Int64 = 0, majorFaults: Int64 = 0,
        inputBlocks: Int64 = 0, outputBlocks: Int64 = 0, voluntarySwitches: Int64 = 0,
        involuntarySwitches: Int64 = 0
    ) {
        self.userMicroseconds = userMicroseconds
        self.systemMicroseconds = systemMicroseconds
        self.maximumResidentBytes = maximumResidentBytes
        self.minorFaults = minorFaults
        self.majorFaults = majorFaults
        self.inputBlocks = inputBlocks
        self.outputBlocks = outputBlocks
        self.voluntarySwitches = voluntarySwitches
        self.involuntarySwitches = involuntarySwitches
    }
}
