/// Whether and how a benchmark is profiled after it was measured.
package struct ProfileWish: Sendable, Equatable {
    package enum Moment: String, Sendable {
        case never, always
        /// When a quick look at the pairs says that the candidate is slower.
        case regression
    }

    package enum Tool: String, Sendable {
        /// perf where it may count, else callgrind.
        case auto
        case perf, callgrind
    }

    package static let none = ProfileWish(.never)

    /// The least that is called a change where a suite says nothing (project file, §2.4).
    private static let standardThreshold = 0.02

    package var moment: Moment
    package var tool: Tool
    /// How often a second perf looks.
    package var hertz: Int

    package init(_ moment: Moment, tool: Tool = .auto, hertz: Int = 999) {
        self.moment = moment
        self.tool = tool
        self.hertz = min(max(1, hertz), 100_000)
    }

    func isDue(after measured: PrecisionTracker) -> Bool {
        switch moment {
        case .never: false
        case .always: true
        case .regression: measured.isWorse(byMoreThan: Self.standardThreshold)
        }
    }
}
