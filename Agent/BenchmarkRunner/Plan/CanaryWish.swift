/// Which canaries surround the measurement.
package struct CanaryWish: Sendable, Equatable {
    package enum Length: String, Sendable { case none, short, full }

    package var before: Length
    package var after: Length

    package init(before: Length = .none, after: Length = .none) {
        self.before = before
        self.after = after
    }
}
