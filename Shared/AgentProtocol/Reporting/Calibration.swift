/// What a host's reference canaries say of the host itself (isolation and counters, §2.12 and
/// §6.3).
package struct Calibration: Codable, Sendable, Equatable {
    /// The larger relative spread of `alu` and `mem-lat`; absent before there is a reference.
    package let noiseFloor: Double?
    /// How much longer a program takes while its events are counted; absent where none are, or
    /// nobody has compared.
    package let counterOverhead: Double?

    package init(noiseFloor: Double? = nil, counterOverhead: Double? = nil) {
        self.noiseFloor = noiseFloor
        self.counterOverhead = counterOverhead
    }

    private enum CodingKeys: String, CodingKey {
        case noiseFloor = "noise_floor_rel"
        case counterOverhead = "counter_overhead_rel"
    }

    func validate(_ field: String) throws(FieldProblem) {
        if let noiseFloor {
            try FieldCheck.finite("\(field)/noise_floor_rel", noiseFloor)
            guard noiseFloor >= 0 else {
                throw FieldProblem("/\(field)/noise_floor_rel", "A spread is not negative.")
            }
        }
        if let counterOverhead {
            try FieldCheck.finite("\(field)/counter_overhead_rel", counterOverhead)
        }
    }
}
