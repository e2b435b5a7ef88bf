/// What a test waited for did not come.
package struct NeverHappened: Error, CustomStringConvertible {
    package let description: String
}

/// Looks again and again until a condition holds; for things that nobody announces.
///
/// The limit is far beyond what a busy machine needs: it ends a test that would wait for ever.
package func eventually(
    _ problem: @autoclosure () -> String, for limit: Duration = .seconds(120),
    until condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while try await !condition() {
        guard clock.now < deadline else { throw NeverHappened(description: problem()) }
        try await Task.sleep(for: .milliseconds(10))
    }
}
