/// What keeps everything else off the cores that measure.
package struct CoreGuards: Sendable, Equatable {
    /// The scheduler puts nobody else there: a partition that a launch has, or that the launcher is
    /// known to give.
    package var hasPartition: Bool
    /// Interrupts go to the cores that keep house.
    package var hasMovedInterrupts: Bool

    package init(hasPartition: Bool, hasMovedInterrupts: Bool) {
        self.hasPartition = hasPartition
        self.hasMovedInterrupts = hasMovedInterrupts
    }
}
