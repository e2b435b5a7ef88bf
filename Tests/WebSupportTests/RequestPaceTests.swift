import Testing

@testable import WebSupport

@Suite struct RequestPaceTests {
    private var pace = RequestPace(limits: ConnectionLimits(), start: .connection)

    @Test mutating func `a body below the pace is too slow at the second look`() {
        pace.head()
        pace.readWanted()
        #expect(pace.tick() == .fine)
        #expect(pace.body(bytes: 10_239) == .fine)
        #expect(pace.tick() == .tooSlow)
    }

    @Test mutating func `without a least pace any body is fine`() {
        var limits = ConnectionLimits()
        limits.bodyBytesPerSecond = 0
        pace = RequestPace(limits: limits, start: .connection)
        pace.head()
        pace.readWanted()
        for _ in 0..<3 { #expect(pace.tick() == .fine) }
    }

    @Test mutating func `a body at the pace is fine`() {
        pace.head()
        pace.readWanted()
        _ = pace.tick()
        _ = pace.body(bytes: 10_240)
        #expect(pace.tick() == .fine)
    }

    @Test mutating func `a reader that is behind is not the sender's fault`() {
        pace.head()
        pace.readWanted()
        _ = pace.tick()
        pace.readDone()
        #expect(pace.tick() == .fine)
    }

    @Test mutating func `between calls there is no pace`() {
        pace.head()
        pace.end()
        pace.readWanted()
        _ = pace.tick()
        #expect(pace.tick() == .fine)
    }

    @Test mutating func `after the answer only so much is read`() {
        pace.head()
        pace.answerBegins()
        pace.answerEnds()
        #expect(pace.body(bytes: 1 << 20) == .fine)
        #expect(pace.body(bytes: 1) == .tooMuch)
    }
}
