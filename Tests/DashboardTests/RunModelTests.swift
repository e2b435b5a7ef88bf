import FleetModel
import Identity
import Storage
import Testing
import WebSupport

@testable import Dashboard

@Suite struct RunModelTests {
    private static func model(
        _ fixture: DashboardFixture, _ run: KeyPath<SampleStory, RunID>
    ) async throws -> RunModel {
        let stores = DashboardFixture.stores(fixture.database)
        let stored = try #require(try await stores.runs.run(fixture.story[keyPath: run]))
        let project = try #require(try await stores.projects.project(stored.project.text))
        let admin = KeyIdentity(id: "1", name: "admin", scopes: [.read, .admin], project: nil)
        return RunModel(
            try await RunPage(stores: stores).facts(
                of: stored, in: project, for: Viewer(caller: .key(admin))))
    }

    @Test func `a run's sentence says what changed, by how much and against what`() async throws {
        try await DashboardFixture.with { fixture in
            let model = try await Self.model(fixture, \.guilty)
            let text = model.sentence.text
            #expect(model.sentence.kind == "regressed")
            #expect(text.hasPrefix("aggregate/group_by_high_card (size=64k) is slower by 4."))
            #expect(text.hasSuffix("; 1 other metric regressed too."))
            #expect(model.table?.groups.map(\.mark.kind).first == "regressed")
            #expect(model.table?.groups.last?.mark.kind == "unjudged")
        }
    }

    @Test func `what failed is counted in the tally and told in the sentence`() async throws {
        try await DashboardFixture.with { fixture in
            let model = try await Self.model(fixture, \.partial)
            let tally = Dictionary(
                uniqueKeysWithValues: (model.table?.tally ?? []).map { ($0.mark.kind, $0.number) })
            #expect(tally["failed"] == 1)
            #expect(tally["invalid"] == 1)
            #expect(tally["missing"] == 1)
            #expect(model.sentence.text.hasSuffix("1 failed, 1 invalid."))
            #expect(model.problems.map(\.side) == ["head", "base"])
        }
    }

    @Test func `a run without a base shows what it measured`() async throws {
        try await DashboardFixture.with { fixture in
            let model = try await Self.model(fixture, \.baseless)
            #expect(model.table == nil)
            #expect(model.measured?.rows.count == 8)
            #expect(
                model.sentence.text
                    == "Measured 8 metrics, compared with nothing: the run has no base.")
        }
    }

    @Test func `a failed run shows its reason and the end of its log`() async throws {
        try await DashboardFixture.with { fixture in
            let model = try await Self.model(fixture, \.failed)
            #expect(model.sentence.kind == "failed")
            #expect(model.failure?.what == "build failed")
            #expect(model.attempts.first?.failure?.ending == "exit status 2")
            let lines = model.log?.tail.lines.map(\.text) ?? []
            #expect(lines.count == 4)
            #expect(lines.dropFirst().first == "cc -O2 -c scan.c")
        }
    }

    @Test func `samples lie on one axis and invalid ones are drawn apart`() async throws {
        try await DashboardFixture.with { fixture in
            let model = try await Self.model(fixture, \.partial)
            let rows = model.table?.groups.flatMap(\.rows) ?? []
            let row = try #require(rows.first { $0.benchmark.text == "parquet/decode_dict" })
            let plot = try #require(row.plot)
            let base = try #require(plot.base)
            #expect(plot.head.dots.split(separator: "M").count == 10)
            #expect(plot.head.invalidDots?.split(separator: "M").count == 2)
            #expect(base.dots.split(separator: "M").count == 10)
            for dots in [base.dots, plot.head.dots] {
                let places = dots.split(separator: "M").compactMap {
                    $0.split(separator: " ").first.flatMap { Double($0) }
                }
                #expect(places.count == 10)
                #expect(places.allSatisfy { (0...StripPlot.width).contains($0) })
            }
        }
    }
}

@Suite struct LogTailTests {
    @Test func `only whole lines at the end are shown`() throws {
        let text = (0..<300).map { "line \($0)" }.joined(separator: "\n") + "\n"
        let bytes = Array(text.utf8)
        let tail = LogTail(
            bytes: Array(bytes.dropFirst(3)), offset: 3, length: 2000, isComplete: false)
        #expect(tail.lines.count == LogTail.linesShown)
        #expect(tail.lines.last?.text == "line 299")
        #expect(tail.isCut)
    }

    @Test(arguments: [
        ("\u{1B}[1;31mred\u{1B}[0m", "red"), ("\u{1B}[", ""),
        ("\u{1B}]0;title", "\u{FFFD}]0;title"),
        ("progress 1\rprogress 2", "progress 1"),
    ])
    func `colours are left out, other control characters are shown as such`(
        _ line: String, _ shown: String
    ) {
        let tail = LogTail(
            bytes: Array(line.utf8), offset: 0, length: 10, isComplete: true)
        #expect(tail.lines.first?.text == shown)
    }

    @Test func `bytes that are no text do no harm`() {
        let tail = LogTail(
            bytes: [0xFF, 0xC0, 0x0A, 0x00], offset: 0, length: 4, isComplete: true)
        #expect(tail.lines.count == 2)
    }
}
