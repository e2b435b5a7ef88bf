import FleetModel
import HTTPTypes
import SampleFleets
import Storage
import Testing

@testable import Dashboard

/// The comparison's page about what two hosts measured.
@Suite struct CompareHostsTests {
    /// The guilty commit of the story on another host as well, where it costs twice as much, and a
    /// commit that was measured there alone.
    private struct Apart: Sendable {
        let fixture: DashboardFixture
        let here: RunID
        let there: RunID
        let alone: RunID

        static func with(_ body: @escaping @Sendable (Apart) async throws -> Void) async throws {
            try await DashboardFixture.with { fixture in
                let clock = SampleClock(at: SampleClock().now)
                let fleet = SampleFleet(fixture.database, clock: clock, seed: 99)
                try await fleet.host("bench-02", machine: "other")
                let found = try await ProjectStore(fixture.database).project("lantern")
                let project = try #require(found)
                // Before what waits for any host.
                var wish = SampleFleet.Wish()
                wish.priority = .urgent
                let there = try await fleet.request(
                    of: project, [SampleStory.commit(4, "Keep group keys in insertion order")],
                    wish)
                try await fleet.measure(SampleStory.measured(head: 1.09))
                wish.withoutBase = true
                let alone = try await fleet.request(
                    of: project, [SampleStory.commit(40, "Alone")], wish)
                try await fleet.measure(SampleStory.measured(head: 1, hasBase: false))
                try await body(
                    Apart(
                        fixture: fixture, here: fixture.story.guilty, there: there.runs[0],
                        alone: alone.runs[0]))
            }
        }

        func page(
            _ base: String, _ head: String, _ more: String = "",
            _ reader: HTTPFields = DashboardFixture.admin
        ) async throws -> String {
            let path = PagePath.compare(project: "lantern", base: base, head: head).text + more
            return try await fixture.text(path, reader)
        }
    }

    @Test func `two hosts are refused with the way to compare their ratios`() async throws {
        try await Apart.with { apart in
            let text = try await apart.page(apart.here.text, apart.there.text)
            #expect(text.contains("measured on different hosts"))
            #expect(text.contains("Compare the ratios"))
            #expect(text.contains("hosts=ratio"))
            let shown = try await apart.page(
                apart.here.text, apart.there.text, "&hosts=ratio", [:])
            #expect(shown.contains("A change is a ratio here"))
            #expect(!shown.contains("bench-0"), "hosts are for members")
            #expect(shown.contains("--across-hosts"))
            #expect(shown.contains(", each against "))
            let named = try await apart.page(
                apart.here.text, apart.there.text, "&base_host=bench-01&head_host=bench-02")
            #expect(named.contains("A change is a ratio here"))
            #expect(!named.contains("--base-host"), "a run has its host")
        }
    }

    @Test func `named hosts are compared by ratios, and every value says where it is from`()
        async throws
    {
        try await Apart.with { apart in
            let commit = try #require(SampleStory.hash(4)).text
            let text = try await apart.page(
                String(commit.prefix(10)), commit, "&base_host=bench-01&head_host=bench-02&show=all"
            )
            #expect(text.contains("two hosts, compared by ratios"))
            #expect(text.contains("A change is a ratio here"))
            #expect(text.contains("of ratios"))
            #expect(text.contains("two hosts: a warning at most"))
            #expect(text.contains(#"<span class="sub"><bdi>bench-01</bdi></span>"#))
            #expect(text.contains(#"<span class="sub"><bdi>bench-02</bdi></span>"#))
            #expect(!text.contains("fails the gate"))
            #expect(text.contains("--base-host bench-01 --candidate-host bench-02"))
            #expect(text.contains(#"<option value="bench-01" selected>"#))
            #expect(text.contains("base_host=bench-02&amp;head_host=bench-01"), "exchanged")
        }
    }

    @Test func `a host narrows a side, and one where nothing was measured is said`()
        async throws
    {
        try await Apart.with { apart in
            let commit = try #require(SampleStory.hash(4)).text
            let same = try await apart.page(
                apart.there.text, commit, "&head_host=bench-02&show=all")
            #expect(!same.contains("different hosts") && same.contains("on <bdi>bench-02</bdi>"))
            for more in ["&base_host=bench-99", "&base_host=bench-02"] {
                let text = try await apart.page(apart.here.text, commit, more)
                #expect(text.contains("names no run of this project on that host"), "\(more)")
            }
        }
    }

    @Test func `without a common base nothing of two hosts can be compared, and it says why`()
        async throws
    {
        try await Apart.with { apart in
            for more in ["", "&hosts=ratio"] {
                let text = try await apart.page(apart.here.text, apart.alone.text, more)
                #expect(text.contains("nothing that both hosts measured"))
                #expect(text.contains("was measured alone"))
                #expect(!text.contains("Compare the ratios"))
            }
        }
    }

    @Test func `who may not know hosts neither chooses nor learns of them`() async throws {
        try await Apart.with { apart in
            let text = try await apart.page(
                apart.here.text, apart.there.text, "&base_host=bench-01", [:])
            #expect(text.contains("Hosts are named to members of this project alone"))
            #expect(!text.contains("<select"))
            let open = try await apart.page(apart.here.text, apart.here.text, "", [:])
            #expect(!open.contains("bench-0") && !open.contains("<select"))
        }
    }
}
