/// The pinned generator of every seeded result.
///
/// Source: Steele et al. 2014; statistics specification, section 0.
package struct SplitMix64: Hashable, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// An integer in 0 ..< `bound`: the high half of the 128-bit product of draw and bound.
    ///
    /// The bound is at least 1; anything less is our own mistake and traps.
    package mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "a draw needs at least one possible value")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}
