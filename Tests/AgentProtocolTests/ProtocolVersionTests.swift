import AgentProtocol
import Testing

@Suite struct ProtocolVersionTests {
    struct Meeting: Sendable {
        let own: String
        let min: String
        let max: String
        let chosen: String?
    }

    @Test(arguments: [
        Meeting(own: "1.0", min: "1.0", max: "1.0", chosen: "1.0"),
        Meeting(own: "1.4", min: "1.0", max: "1.9", chosen: "1.4"),
        Meeting(own: "1.4", min: "1.0", max: "1.2", chosen: "1.2"),
        Meeting(own: "1.4", min: "1.0", max: "1.1", chosen: nil),
        Meeting(own: "1.4", min: "1.5", max: "1.6", chosen: nil),
        Meeting(own: "2.0", min: "1.0", max: "1.9", chosen: nil),
        Meeting(own: "2.1", min: "1.8", max: "2.0", chosen: "2.0"),
        Meeting(own: "1.10", min: "1.9", max: "1.9", chosen: "1.9"),
    ])
    func `the highest shared minor is chosen, back to two before`(_ given: Meeting) throws {
        let version = try #require(ProtocolVersion(given.own))
        let own = ProtocolRange(endingAt: version)
        let oldest = try #require(ProtocolVersion(given.min))
        let newest = try #require(ProtocolVersion(given.max))
        let offer = try #require(ProtocolRange(min: oldest, max: newest))
        #expect(own.highestShared(with: offer)?.description == given.chosen)
    }

    @Test(arguments: ["", "1", "1.", ".1", "1.0.0", "-1.0", "+1.0", "1.x", "70000.0", " 1.0"])
    func `other texts are no version`(_ text: String) {
        #expect(ProtocolVersion(text) == nil)
    }
}
