import Statistics

/// Where a program's stack begins depends on the size of its arguments and environment, and with it
/// what shares a cache line: 3 kB more change the count of a short program by hundreds.
///
/// Source: isolation-and-counters.md, section 3.7.
enum EnvironmentLayout: Equatable, Sendable {
    /// One size for all executions, and addresses that are the same in each.
    case fixed
    /// A size and addresses of its own for each execution.
    case random(draw: UInt64)
    /// As it comes.
    case host

    static let variable = "FLEETMARK_PAD"
    /// Sizes are multiples of this where they are fixed, and vary within it where they are not.
    private static let span = 4096

    /// Whether the kernel shall lay out the addresses the same way each time.
    var fixesAddresses: Bool { self == .fixed }

    /// The environment with what makes it as long as it shall be.
    func padded(_ environment: [String: String], arguments: [String]) -> [String: String] {
        let length: Int
        switch self {
        case .host: return environment
        case .random(let draw): length = Int(draw % UInt64(Self.span))
        case .fixed:
            let own = Self.variable.utf8.count + 2
            let size =
                arguments.reduce(own) { $0 + $1.utf8.count + 1 }
                + environment.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 2 }
            length = (Self.span - size % Self.span) % Self.span
        }
        var padded = environment
        padded[Self.variable] = String(repeating: "x", count: length)
        return padded
    }
}

/// The layouts of an entry's executions.
package struct LayoutPolicy: Equatable, Sendable {
    package enum Kind: String, Sendable { case fixed, random, host }

    package let kind: Kind
    /// What the sizes of a random layout are drawn from.
    package let seed: UInt64

    /// `auto` is fixed where hardware counters count, since layout would move their counts, and
    /// random for times, which one lucky layout would bias.
    init(_ wish: IsolationWish.Layout, seed: UInt64, countsHardware: Bool) {
        self.seed = seed
        kind =
            switch wish {
            case .auto: countsHardware ? .fixed : .random
            case .fixed: .fixed
            case .random: .random
            case .host: .host
            }
    }

    /// `number`: of the side's executions; `side` tells two sides apart.
    func layout(ofExecution number: Int, side: UInt64) -> EnvironmentLayout {
        switch kind {
        case .fixed: return .fixed
        case .host: return .host
        case .random:
            let mixed = seed &+ UInt64(clamping: number) &* 2 &+ side
            var generator = SplitMix64(seed: mixed)
            return .random(draw: generator.next())
        }
    }
}
