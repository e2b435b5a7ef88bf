import FleetModel
import Identity
import Storage
import Testing
import WebSupport

@testable import Dashboard

/// How pages tell the quality of samples and of hosts.
@Suite struct QualityTests {
    private static func signal(
        _ validity: Validity, _ reasons: [String] = [], _ values: [String: Double] = [:],
        iteration: Int64 = 3
    ) -> MeasurementStore.Signal {
        MeasurementStore.Signal(
            role: .candidate, benchmark: "parse", parameters: .none, iteration: iteration,
            validity: validity, reasons: reasons, values: values)
    }

    @Test func `a run that was graded nowhere has no panel, and a quiet one says so`() throws {
        #expect(QualityTable([]) == nil)
        let table = try #require(QualityTable([Self.signal(.clean), Self.signal(.clean)]))
        #expect(table.summary == "2 clean")
        #expect(table.isAllClean)
        #expect(table.rows.isEmpty)
    }

    @Test func `invalid repetitions stand first, with the signals that their reasons rest on`()
        throws
    {
        let table = try #require(
            QualityTable([
                Self.signal(
                    .suspect, ["foreign_load"], ["foreign_share": 0.123, "swap_pages": 4]),
                Self.signal(.clean),
                Self.signal(
                    .invalid, ["throttled", "frequency_low"],
                    ["throttle_events": 3, "frequency_mhz": 3001, "frequency_dev_rel": -0.02],
                    iteration: 1200),
            ]))
        #expect(table.summary == "1 clean; 1 suspect, kept; 1 invalid, left out")
        #expect(table.rows.map(\.isInvalid) == [true, false])
        #expect(table.rows[0].reasons.text == "throttled, frequency low")
        let thin = Figures.thinSpace
        #expect(
            table.rows[0].signals?.text
                == "throttle events 3, frequency \(Figures.grouped(3001))\(thin)MHz, "
                + "frequency dev \(Figures.threeDigits(-2))\(thin)%")
        #expect(table.rows[1].signals?.text == "foreign share 12.3\(thin)%")
        #expect(table.rows[0].iteration == Figures.grouped(1200))
    }

    @Test func `of many disturbed repetitions only some are listed`() throws {
        let table = try #require(
            QualityTable((0..<50).map { Self.signal(.suspect, ["steal"], iteration: $0) }))
        #expect(table.rows.count == 30)
        #expect(table.hidden == 20)
    }

    @Test(arguments: [
        (StopReason.precise, 0.0042, "repeated until precise, ±0.42"),
        (.budget, 0.021, "repeated until the time or the number allowed was spent, ±2.1"),
        (.noisy, 0.08, "stopped because more repetitions did not help, ±8"),
    ]) func `why repeating stopped is said with the precision reached`(
        stop: StopReason, width: Double, words: String
    ) {
        #expect(StopText.text(stop, halfWidth: width)?.hasPrefix(words) == true)
        #expect(StopText.text(nil, halfWidth: width) == nil)
        #expect(StopText.text(.fixed, halfWidth: nil) == "a fixed number of repetitions")
    }

    private static func canary(
        _ median: Double, _ state: CanaryResult.State, limits: ClosedRange<Double>? = 0.49...0.51
    ) -> CanaryResult {
        CanaryResult(
            name: "alu", runs: 1, median: median, mad: 0, instructions: nil, z: nil,
            limits: limits, state: state, reason: state == .valid ? nil : "alu took longer")
    }

    @Test func `a canary stands over its limits, with what deviates marked`() throws {
        // Newest first.
        let line = try #require(
            CanaryPanel.Line([
                Self.canary(0.5, .valid), Self.canary(0.6, .warn), Self.canary(0.5, .valid),
            ]))
        #expect(line.state.word == "canaries valid")
        #expect(line.reason == nil)
        #expect(line.limits?.contains(" to ") == true)
        let graph = try #require(line.graph)
        #expect(graph.dots.map(\.kind) == ["regressed", "base"])
        // The deviating one lies above the band, in the middle.
        #expect(graph.dots[0].x == "120.0")
        #expect(Double(graph.dots[0].y).map { $0 < (Double(graph.bandTop ?? "") ?? 0) } == true)
        #expect(graph.label == "the last 3 results, 1 of them outside of the limits")
    }

    @Test func `a canary without a reference has no band, and one value still a dot`() throws {
        let line = try #require(CanaryPanel.Line([Self.canary(0.5, .unknown, limits: nil)]))
        #expect(line.limits == nil)
        #expect(line.graph?.bandTop == nil)
        #expect(line.graph?.dots.count == 1)
        #expect(CanaryPanel.Line([]) == nil)
        #expect(CanaryGraph([], nil) == nil)
    }

    @Test func `who operates may ask for canaries, once until they have come`() async throws {
        try await DashboardFixture.with { fixture in
            let hosts = DashboardFixture.stores(fixture.database).hosts
            let host = try #require(try await hosts.hosts().first { $0.state == .active })
            func panel(_ scopes: Set<Scope>, _ host: HostRecord) -> CanaryPanel? {
                let key = KeyIdentity(id: "1", name: "somebody", scopes: scopes, project: nil)
                return CanaryPanel(
                    [], of: host, viewer: Viewer(caller: .key(key), token: "t"))
            }
            let button = try #require(panel([.read, .operate], host)?.order)
            #expect(button.action == "/hosts/\(host.id)/canary")
            #expect(panel([.read], host) == nil, "nothing ran, and nothing may be asked")
            _ = try await hosts.askForCanaries(host.id)
            let asked = try #require(try await hosts.host(host.id))
            #expect(panel([.read, .operate], asked)?.order == nil)
            #expect(panel([.read], asked)?.sentences.first?.contains("asked for") == true)
        }
    }

    @Test func `hosts are set beside each other`() async throws {
        try await DashboardFixture.with { fixture in
            let stores = DashboardFixture.stores(fixture.database)
            let hosts = try await stores.hosts.hosts().filter { $0.state != .retired }
            let (one, other) = (try #require(hosts.first), try #require(hosts.last))
            let path = "/hosts/\(one.id)/diff/\(other.id)"
            let page = try await fixture.text("/hosts/\(one.id)", DashboardFixture.admin)
            #expect(page.contains(path) == (hosts.count > 1))
            let difference = try await fixture.text(path, DashboardFixture.admin)
            #expect(difference.contains("What they do not share"))
            #expect(difference.contains("/api/v1" + path))
            let model = HostDifferenceModel(
                one, other,
                HostFactSheet(
                    #"{"fingerprint":{"platform_epoch":{"digest":"a","facts":{"kernel":"6.12"}}}}"#
                ),
                HostFactSheet(
                    #"{"fingerprint":{"platform_epoch":{"digest":"b","facts":{"kernel":"6.1"}}}}"#
                ))
            #expect(model.rows.map(\.name.text) == ["kernel"])
            #expect(model.rows.first?.second?.text == "6.1")
            #expect(model.sentence.contains("set up in different ways"))
        }
    }

    @Test func `pages show what was disturbed, and how the host stands`() async throws {
        try await DashboardFixture.with { fixture in
            let stores = DashboardFixture.stores(fixture.database)
            let attempt = try #require(
                try await stores.runs.attempts(of: fixture.story.guilty).last { $0.isCounted })
            try await stores.measurements.seal(
                [], cases: [], receipts: [],
                signals: [
                    Self.signal(.invalid, ["throttled"], ["throttle_events": 3]),
                    Self.signal(.suspect, [SampleStory.hostileName]),
                ], of: attempt)
            let run = try await fixture.text("/runs/\(fixture.story.guilty)")
            #expect(run.contains("Quality of the repetitions"))
            #expect(run.contains("throttle events 3"))
            #expect(!run.contains("<script>alert"))
            _ = try await stores.hosts.take(
                [Self.canary(0.5, .valid), Self.canary(0.7, .quarantine)], of: attempt.host,
                attempt: nil)
            let host = try await fixture.text(
                "/hosts/\(attempt.host)", DashboardFixture.admin)
            #expect(host.contains("canary out of bounds"))
            #expect(host.contains("/hosts/\(attempt.host)/canary"))
            #expect(!host.contains("asked for"))
            _ = try await stores.hosts.askForCanaries(attempt.host)
            let asked = try await fixture.text(
                "/hosts/\(attempt.host)", DashboardFixture.admin)
            #expect(asked.contains("the host runs them when it has no work"))
            _ = try await stores.hosts.take(
                [Self.canary(0.5, .valid)], of: attempt.host, attempt: nil,
                calibration: HostCalibration(noiseFloor: 0.004, counterOverhead: 0.001))
            let known = try await fixture.text(
                "/hosts/\(attempt.host)", DashboardFixture.admin)
            #expect(known.contains("no change of a time below 1.20"))
            #expect(known.contains("Counting makes programs 0.10"))
            #expect(host.contains("alu took longer"))
            #expect(host.contains("quarantined"))
        }
    }
}
