import FleetModel
import Statistics

/// The order of the sides within each pair of visits; equal seeds give equal orders.
///
/// Source: statistics specification, section 6, "Interleave".
struct VisitOrder {
    private let scheme: OrderWish.Scheme
    private var generator: SplitMix64
    /// The second pair of a block, turned round.
    private var owed: [RevisionRole]?

    init(_ wish: OrderWish) {
        scheme = wish.scheme
        generator = SplitMix64(seed: wish.seed)
    }

    /// Both sides, in the order of the next pair.
    mutating func next() -> [RevisionRole] {
        switch scheme {
        case .sequential: return [.base, .candidate]
        case .random: return draw()
        case .interleaved:
            if let pair = owed {
                owed = nil
                return pair
            }
            let pair = draw()
            owed = pair.reversed()
            return pair
        }
    }

    private mutating func draw() -> [RevisionRole] {
        generator.below(2) == 0 ? [.base, .candidate] : [.candidate, .base]
    }
}
