/// What went wrong around a test, in words.
struct FleetProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
