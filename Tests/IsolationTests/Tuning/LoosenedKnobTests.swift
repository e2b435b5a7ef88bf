import Foundation
import LinuxSystem
import Testing

@testable import Isolation

@Suite struct LoosenedKnobTests {
    @Test func `one knob is given back for a while, and put back whatever happens`() async throws {
        try await ScratchFolder.lend { folder in
            let host = try TuningTree(below: folder)
            let before = host.values()
            let rate = "/proc/sys/kernel/perf_event_max_sample_rate"
            let original = try #require(host.text(rate))
            let tuner = host.tuner()
            #expect(tuner.loosen("perf_sampling") == [], "nothing is tuned yet")
            _ = tuner.begin(host.wish(.strict))
            let tuned = host.values()
            #expect(host.text(rate) == "1")
            #expect(tuner.loosen("perf_sampling") == [])
            #expect(host.text(rate) == original)
            #expect(host.values().filter { tuned[$0.key] != $0.value }.count == 2)
            #expect(tuner.tighten("perf_sampling") == [])
            #expect(host.values() == tuned)
            // An agent that ends, or dies, in between.
            _ = tuner.loosen("perf_sampling")
            #expect(tuner.end().isRestored)
            #expect(host.values() == before)
            #expect(try tuner.journal() == JournalContent())
        }
    }
}
