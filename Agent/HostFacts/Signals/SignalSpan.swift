/// What lies between two snapshots, and what is known of the measured processes in between.
package struct SignalSpan: Sendable {
    /// What the launch and its counters say; `nil` where they do not.
    package struct Measured: Sendable, Equatable {
        /// Of the target alone.
        package var wallNanoseconds: Int64?
        /// User and system time of the tree.
        package var processorNanoseconds: Int64?
        package var involuntarySwitches: Int64?
        package var majorFaults: Int64?
        package var migrations: Double?
        /// From counters, never a sample.
        package var speed: ProcessorSpeed?
        /// Of the msr counting unit.
        package var managementInterrupts: Double?
        /// Of the processes' control group, which began with the launch.
        package var group = Group()

        /// `nil` where there is no group, or its kernel does not count it.
        package struct Group: Sendable, Equatable {
            package var throttledPeriods: Int64?
            /// Microseconds in which some process waited for a processor, for memory, for a disk.
            package var processorWait: Int64?
            package var memoryWait: Int64?
            package var diskWait: Int64?

            package init() {}
        }

        package init(
            wallNanoseconds: Int64? = nil, processorNanoseconds: Int64? = nil,
            involuntarySwitches: Int64? = nil, majorFaults: Int64? = nil,
            migrations: Double? = nil, speed: ProcessorSpeed? = nil,
            managementInterrupts: Double? = nil
        ) {
            self.wallNanoseconds = wallNanoseconds
            self.processorNanoseconds = processorNanoseconds
            self.involuntarySwitches = involuntarySwitches
            self.majorFaults = majorFaults
            self.migrations = migrations
            self.speed = speed
            self.managementInterrupts = managementInterrupts
        }
    }

    /// What the first measured execution of the attempt found.
    package struct Reference: Sendable, Equatable {
        package var speed: ProcessorSpeed?
        package var celsius: Double?

        package init(speed: ProcessorSpeed? = nil, celsius: Double? = nil) {
            self.speed = speed
            self.celsius = celsius
        }
    }

    let place: SignalPlace
    let before: SignalSnapshot
    let after: SignalSnapshot
    let measured: Measured
    let reference: Reference
    let log: Result<[KernelLogRecord], SignalAbsence>
    let expectedClocks: Set<String>

    package init(
        _ place: SignalPlace, from before: SignalSnapshot, to after: SignalSnapshot,
        measured: Measured = Measured(), reference: Reference = Reference(),
        log: Result<[KernelLogRecord], SignalAbsence>, expectedClocks: Set<String>
    ) {
        self.place = place
        self.before = before
        self.after = after
        self.measured = measured
        self.reference = reference
        self.log = log
        self.expectedClocks = expectedClocks
    }

    /// Every finding of the catalogue, in its order.
    package func findings() -> [SignalFinding] {
        SignalCatalogue.signals.flatMap { $0.findings(self) }
    }

    /// Between the snapshots, at least a microsecond.
    var milliseconds: Double {
        Double(max(1000, after.nanoseconds &- before.nanoseconds)) * 1e-6
    }

    var seconds: Double { milliseconds * 1e-3 }

    /// Time that the processors of the span had together.
    var processorMilliseconds: Double { milliseconds * Double(max(1, place.cpus.count)) }

    /// How much a count rose; a counter that went back is absent, not negative.
    func rise(
        of path: String, _ count: ([UInt8]) -> Int64?
    ) throws(SignalAbsence) -> Double {
        guard let first = count(try before.bytes(path)), let last = count(try after.bytes(path))
        else { throw SignalAbsence("\(path) does not say") }
        guard last >= first else { throw SignalAbsence("\(path) went back") }
        return Double(last - first)
    }

    /// One finding, or its absence under the same name.
    static func finding(
        _ name: String, _ body: () throws(SignalAbsence) -> SignalFinding
    ) -> SignalFinding {
        do throws(SignalAbsence) {
            return try body()
        } catch {
            return SignalFinding(name, absent: error.reason)
        }
    }
}
