import Testing

@testable import CommandLine

@Suite struct ProgressLineTests {
    private func lines(isTerminal: Bool, _ shown: [(String, Int64, Int)]) throws -> String {
        let session = try Sample.session(isTerminal: isTerminal)
        var line = ProgressLine(session)
        for (phase, done, milliseconds) in shown {
            line.show(
                ProgressStatus(
                    phase: phase, done: done, total: 3, elapsed: .milliseconds(milliseconds)))
        }
        line.end()
        return (session.surroundings.notices as? MemorySink)?.text ?? ""
    }

    @Test func `nothing is said in the first 300 milliseconds`() throws {
        #expect(try lines(isTerminal: true, [("queued", 0, 299)]) == "")
    }

    @Test func `a terminal's line is drawn again at most ten times a second`() throws {
        let text = try lines(
            isTerminal: true,
            [("queued", 0, 300), ("queued", 0, 350), ("running", 1, 400), ("running", 2, 1_400)])
        #expect(
            text == "\r\u{1B}[Kqueued  0/3  elapsed 300 ms\r\u{1B}[Krunning  1/3  elapsed 400 ms"
                + "\r\u{1B}[Krunning  2/3  elapsed 1 s\r\u{1B}[K")
    }

    @Test func `elsewhere each phase is one plain line`() throws {
        let text = try lines(
            isTerminal: false, [("queued", 0, 500), ("queued", 1, 900), ("running", 1, 1_500)])
        #expect(text == "queued  0/3  elapsed 500 ms\nrunning  1/3  elapsed 1 s\n")
    }
}
