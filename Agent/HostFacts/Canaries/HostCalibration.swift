/// What a host's reference canaries say of the host itself.
package struct HostCalibration: Sendable, Equatable {
    /// The larger relative spread of `alu` and `mem-lat`; `nil` before there is a reference.
    package let noiseFloor: Double?
    /// How much longer a program takes while its events are counted; `nil` where nobody knows.
    package let counterOverhead: Double?

    package init(noiseFloor: Double? = nil, counterOverhead: Double? = nil) {
        self.noiseFloor = noiseFloor
        self.counterOverhead = counterOverhead
    }

    /// Whether times and counts must come from executions of their own.
    package var separatesCounting: Bool {
        CounterOverhead.separates(counterOverhead, noiseFloor: noiseFloor)
    }
}
