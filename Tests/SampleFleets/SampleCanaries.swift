import FleetModel
import Storage

/// What the canaries of a sample host came to, one result of each at a time.
enum SampleCanaries {
    /// Name, median in seconds, and how much it varies.
    private static let suite: [(name: String, median: Double, spread: Double)] = [
        ("alu", 0.4983, 0.0006), ("mem-bw", 0.5127, 0.0020), ("mem-lat", 0.4874, 0.0015),
        ("syscall", 0.5051, 0.0009), ("fork", 0.5308, 0.0041), ("io", 0.4420, 0.0080),
    ]

    /// The results of one evening. `strays`: the canary that is beyond its limits then.
    static func results(evening: Int, strays: String? = nil) -> [CanaryResult] {
        var random = SampleRandom(state: UInt64(evening) &* 7919 &+ 3)
        return suite.map { canary in
            let noise = Double(random.next() % 2001) / 1000 - 1
            let isStray = canary.name == strays
            let median = canary.median * (1 + (isStray ? 0.024 : noise * canary.spread))
            let mad = canary.median * canary.spread * 0.6
            let reach = max(canary.median * 0.01, 5 * mad)
            return CanaryResult(
                name: canary.name, runs: 10, median: median, mad: mad, instructions: nil,
                z: (median - canary.median) / max(mad * 1.4826, 1e-9),
                limits: canary.median - reach...canary.median + reach,
                state: isStray ? .warn : .valid,
                reason: isStray ? "2.4 % slower than its reference" : nil)
        }
    }
}
