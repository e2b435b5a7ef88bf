package import HostFacts

/// What this host grades its samples by.
package struct NoiseSettings: Sendable {
    package enum Choice: Sendable, Equatable {
        /// `dedicated` where the measured cores are nobody else's, `shared` elsewhere.
        case automatic
        case fixed(HostProfile)
    }

    /// Whose `/proc` and `/sys` are read: `/` in service, a recorded tree in tests.
    package var root: String
    package var choice: Choice
    /// Between two looks at a temperature.
    package var pause: @Sendable (Duration) async -> Void

    package init(
        root: String = "/", choice: Choice = .automatic,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.root = root
        self.choice = choice
        self.pause = pause
    }

    /// `isAlone`: whether measured cores are kept from everything else, on a real machine.
    package func profile(isAlone: Bool) -> HostProfile {
        switch choice {
        case .fixed(let profile): profile
        case .automatic: isAlone ? .dedicated : .shared
        }
    }
}
