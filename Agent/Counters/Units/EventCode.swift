/// What the kernel is asked for one event on this host, and what its number is worth.
package struct EventCode: Sendable, Equatable {
    /// perf_event_attr's fields of these names.
    package var type: UInt32
    package var config: UInt64
    package var config1: UInt64
    package var config2: UInt64
    /// The counting unit; `nil` for what the kernel itself counts.
    package var unit: String?
    /// One count in the metric's unit.
    package var scale: Double
    /// The metric's unit, where the unit's folder says one.
    package var measure: String?
    /// Processors on which the unit is read, one for each package; `nil` for a unit of processors.
    package var processors: [Int]?

    package init(
        type: UInt32, config: UInt64, config1: UInt64 = 0, config2: UInt64 = 0,
        unit: String? = nil, scale: Double = 1, measure: String? = nil, processors: [Int]? = nil
    ) {
        self.type = type
        self.config = config
        self.config1 = config1
        self.config2 = config2
        self.unit = unit
        self.scale = scale
        self.measure = measure
        self.processors = processors
    }

    subscript(word: EventFormat.Word) -> UInt64 {
        get {
            switch word {
            case .config: config
            case .config1: config1
            case .config2: config2
            }
        }
        set {
            switch word {
            case .config: config = newValue
            case .config1: config1 = newValue
            case .config2: config2 = newValue
            }
        }
    }
}
