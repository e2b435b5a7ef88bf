/// What a job asks of the cores.
package struct CoreWish: Sendable, Equatable {
    package enum Threads: Sendable, Equatable {
        /// One of each core; the others idle.
        case first
        /// All, for programs that are to be measured with them.
        case all
    }

    package enum Policy: Sendable, Equatable {
        /// The same cores every time.
        case steady
        /// The next of equally good places with each turn: averages what differs between cores
        /// that should be equal.
        case rotate(turn: Int)
    }

    /// Whole cores, at least 1.
    package var count: Int
    /// All that can measure, whatever the count says.
    package var takesAll = false
    package var threads = Threads.first
    package var policy = Policy.steady
    /// The target may have the housekeeping cores too when the host has too few.
    package var sharesHousekeeping = false
    /// More cores than a memory node has, from whole nodes only.
    package var spansNodes = false
    /// Given by the operator; `nil` lets the rule decide.
    package var housekeeping: [Int]?

    package init(count: Int = 1) { self.count = max(1, count) }
}
