package import FleetModel
package import Isolation

/// How a build went: the steps that ran, and why it stopped early if it did.
package struct BuildReport: Sendable {
    package struct StepReport: Sendable, Equatable {
        package let phase: LaunchPhase
        /// Position in `prefetch` or `commands`, from 0.
        package let index: Int
        package let outcome: LaunchOutcome
    }

    /// In the order they ran; a step that could not be started is not among them.
    package internal(set) var steps: [StepReport] = []
    /// From before the first step to after the last, the launcher's own work included.
    package internal(set) var wallNanoseconds: Int64 = 0
    /// nil when every step ended with status 0.
    package internal(set) var failure: Failure?
    package internal(set) var wasCancelled = false
}
