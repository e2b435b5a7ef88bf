import Testing

@testable import WebSupport

@Suite struct EventPlacesTests {
    @Test func `a reply whose body never ran gives its place back`() throws {
        let streams = EventStreams()
        do {
            let reply = try streams.response(of: "somebody") { _, _ in
                PulledEvents(events: [], position: 0, isLast: true)
            }
            withExtendedLifetime(reply) { #expect(streams.openCount == 1) }
        }
        #expect(streams.openCount == 0)
    }
}
