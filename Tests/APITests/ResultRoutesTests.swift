import Testing

@testable import WebSupport

@Suite struct ResultRoutesTests {
    @Test func `what a run measured and what was decided is as recorded`() async throws {
        try await SampleStory.with { story in
            let measured = story.lantern.measured
            let run = "/runs/\(measured.run)"
            for (name, path) in [
                ("measurements", run + "/measurements"),
                (
                    "measurements.samples",
                    run + "/measurements?include=samples&benchmark=parse/long"
                ),
                ("cases", run + "/cases"), ("comparison.run", run + "/comparison"),
                ("comparison", "/comparisons/\(measured.comparison)"),
                ("comparison.rows", "/comparisons/\(measured.comparison)/rows"),
                ("samples.csv", run + "/samples"),
                ("samples.ndjson", run + "/samples?format=ndjson"),
                ("samples.json", run + "/samples?format=json"),
            ] {
                try Golden.check(name, try await story.fixture.get(path, as: .anonymous))
            }
        }
    }

    @Test func `the three formats hold the same samples`() async throws {
        try await SampleStory.with { story in
            let path = "/runs/\(story.lantern.measured.run)/samples?format="
            let json = try await story.fixture.get(path + "json").json.items
            let lines = try await story.fixture.get(path + "ndjson").text.split(separator: "\n")
            let rows = try await story.fixture.get(path + "csv").csv()
            #expect(json.count == 40)
            #expect(try lines.map { try JSONParser.parse(Array($0.utf8)) } == json)
            #expect(rows.count == 41)
            for (row, sample) in zip(rows.dropFirst(), json) {
                for (column, cell) in zip(rows[0], row) {
                    let value = sample[column]
                    #expect(cell == value.string ?? value.text, "\(column)")
                }
            }
        }
    }

    @Test func `measurements are narrowed by what they are of`() async throws {
        try await SampleStory.with { story in
            let path = "/runs/\(story.lantern.measured.run)/measurements"
            for (query, count) in [
                ("", 4), ("benchmark=parse/long", 2), ("benchmark=parse%2Flong&role=base", 1),
                ("benchmark=parse/long&benchmark=parse/short", 4), ("role=candidate", 2),
                ("metric=time", 4), ("metric=memory", 0), ("role=other", 0), ("benchmark=", 0),
            ] {
                let reply = try await story.fixture.get(path + "?" + query)
                #expect(reply["items"].items.count == count, "\(query)")
                #expect(reply["items"].items.allSatisfy { $0["samples"] == .null })
            }
            for (path, reason) in [
                (path + "?colour=red", "unknown_parameter"),
                (path.replacing("measurements", with: "samples?format=xml"), "invalid_value"),
                (path.replacing("measurements", with: "samples?x=1"), "unknown_parameter"),
            ] {
                let reply = try await story.fixture.get(path)
                #expect(reply.status == 400, "\(path)")
                #expect(reply.reason == reason, "\(path)")
            }
        }
    }

    @Test func `a run that has measured nothing has empty lists and no comparison`() async throws {
        try await SampleStory.with { story in
            let run = "/runs/\(story.lantern.queued.runs[0])"
            for part in ["/measurements", "/cases", "/attempts"] {
                let reply = try await story.fixture.get(run + part)
                #expect(reply.status == 200)
                #expect(reply["items"] == .array([]), "\(part)")
            }
            let samples = try await story.fixture.get(run + "/samples?format=json")
            #expect(samples.json == .array([]))
            #expect(try await story.fixture.get(run + "/comparison").reason == "not_found")
        }
    }

    @Test func `a benchmark that failed stands among the cases`() async throws {
        try await SampleFleet.with { fleet in
            let records = SampleAgent.records().filter { record in
                record["benchmark"].string != "parse/long" || record["role"].string == "base"
            }
            let measured = try await fleet.measure(
                commit: fleet.repository.main[2], records: records + [SampleAgent.crash])
            try Golden.check(
                "cases.failed", try await fleet.fixture.get("/runs/\(measured.run)/cases"))
            try Golden.check("run.partial", try await fleet.fixture.get("/runs/\(measured.run)"))
        }
    }

    private static let counted: JSONValue = [
        "type": "measurement", "at_ns": 1, "benchmark": "parse/long", "params": [:],
        "metric": "instructions", "unit": "count", "better": "lower", "provider": "hardware",
        "pmu": "cpu", "role": "candidate", "phase": "measure", "visit": 0, "iteration": 0,
        "values": [1000], "counter": ["state": "multiplexed"], "enabled_ns": [400],
        "running_ns": [300],
        "marks": [
            ["iteration": 0, "validity": "suspect", "reason": "counter_multiplexed"]
        ],
    ]

    private static let counters: JSONValue = [
        "type": "counters", "at_ns": 1, "passes": 1, "groups": [["instructions"]],
        "events": [
            ["event": "instructions", "pmu": "cpu", "state": "available"],
            [
                "event": "cache_misses", "pmu": "cpu", "state": "missing",
                "reason": "the kernel does not know it",
            ],
        ],
    ]

    @Test func `how far a counter can be trusted stays with what it counted`() async throws {
        try await SampleFleet.with { fleet in
            let measured = try await fleet.measure(
                commit: fleet.repository.main[2],
                records: SampleAgent.records() + [Self.counters, Self.counted])
            let path = "/runs/\(measured.run)/measurements?metric="
            let reply = try await fleet.fixture.get(path + "instructions")
            let found = try #require(reply["items"].items.first)
            #expect(found["counter"] == ["state": "multiplexed", "running_share": 0.75])
            #expect(found["reasons"] == ["counter_multiplexed"])
            let time = try await fleet.fixture.get(path + "time")["items"].items
            #expect(time.allSatisfy { $0["counter"] == .null && $0["reasons"] == [] })
            let receipts = "/attempts/\(measured.attempt)/receipts"
            let told = try await fleet.fixture.get(receipts, as: .anonymous)["items"].items
            #expect(told.first { $0["type"].string == "counters" } == Self.counters)
        }
    }

    @Test func `facts of the host in a receipt are for members`() async throws {
        try await SampleFleet.with { fleet in
            let environment: JSONValue = [
                "type": "environment", "at_ns": 1, "fingerprint": [:], "variables": [:],
                "toolchain": [],
            ]
            let measured = try await fleet.measure(
                commit: fleet.repository.main[2],
                records: SampleAgent.records() + [environment])
            let path = "/attempts/\(measured.attempt)/receipts"
            for (caller, count) in [(SampleCaller.anonymous, 0), (.vaultReader, 0), (.reader, 1)] {
                let reply = try await fleet.fixture.get(path, as: caller)
                #expect(reply.status == 200)
                #expect(reply["items"].items.count == count, "\(caller)")
            }
        }
    }

    /// Names as a hostile project file may choose them.
    private static let names = [
        "=1+2", "+cmd|x", "-2+3", "@SUM(A1)", "=\u{301}1+2", "a,b", "say \"x\"", "q\"\u{301},=1",
        "-12.5", "+3e8", "plain", "\u{202E}gnp",
    ]

    @Test func `no name makes another row, another cell or a formula`() async throws {
        try await SampleFleet.with { fleet in
            let records = Self.names.flatMap { name in
                [
                    SampleAgent.measurement(
                        name, role: "candidate", value: 1,
                        parameters: ["k,\"": "v\"=1"]),
                    SampleAgent.ending(
                        name, role: "candidate", parameters: ["k,\"": "v\"=1"]),
                ]
            }
            let measured = try await fleet.measure(
                commit: fleet.repository.main[0], records: records)
            let rows = try await fleet.fixture.get("/runs/\(measured.run)/samples").csv()
            #expect(rows.count == Self.names.count + 1)
            #expect(rows.allSatisfy { $0.count == rows[0].count })
            let column = try #require(rows[0].firstIndex(of: "benchmark"))
            let cells = Set(rows.dropFirst().map { $0[column] })
            #expect(cells.contains("'=1+2") && cells.contains("'=\u{301}1+2"))
            #expect(cells.contains("-12.5") && cells.contains("q\"\u{301},=1"))
            for cell in rows.dropFirst().joined() where Double(cell) == nil {
                #expect(cell.utf8.first.map("=+-@".utf8.contains) != true, "\(cell)")
            }
        }
    }
}

extension Reply {
    /// The rows of a table as RFC 4180 reads them, by bytes.
    func csv() throws -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var rest = bytes[...]
        func end(of cell: inout [UInt8]) -> String {
            defer { cell = [] }
            return String(decoding: cell, as: UTF8.self)
        }
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\"") where isQuoted && rest.first == byte:
                cell.append(byte)
                rest.removeFirst()
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted: row.append(end(of: &cell))
            case UInt8(ascii: "\r") where !isQuoted: continue
            case UInt8(ascii: "\n") where !isQuoted:
                rows.append(row + [end(of: &cell)])
                row = []
            default: cell.append(byte)
            }
        }
        guard !isQuoted, cell.isEmpty, row.isEmpty else { throw SampleProblem("an open row") }
        return rows
    }
}
