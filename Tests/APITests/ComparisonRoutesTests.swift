import Testing

@testable import WebSupport

@Suite struct ComparisonRoutesTests {
    private static let path = "/projects/lantern/comparisons"

    /// Two commits measured, the second a fifth slower.
    private static func withTwo(
        _ body:
            @escaping @Sendable (SampleFleet, _ old: String, _ new: String) async throws ->
            Void
    ) async throws {
        try await SampleFleet.with { fleet in
            let old = try await fleet.measure(commit: fleet.repository.main[1])
            let new = try await fleet.measure(commit: fleet.repository.main[2], factor: 1.2)
            try await body(fleet, old.run, new.run)
        }
    }

    @Test func `two runs are compared, and the comparison is kept`() async throws {
        try await Self.withTwo { fleet, old, new in
            let made = try await fleet.fixture.post(
                Self.path, as: .lanternWriter,
                ["base": ["run": .string(old)], "candidate": ["run": .string(new)]])
            try Golden.check("comparison.made", made)
            #expect(made["direction"].string == "regressed")
            let address = made[header: "Location"]?.dropFirst("/api/v1".count) ?? ""
            let read = try await fleet.fixture.get(String(address))
            #expect(read.json == made.json)
            let rows = try await fleet.fixture.get(String(address) + "/rows")
            #expect(rows["items"].items.count == 2)
        }
    }

    /// What an attempt says of where it measured.
    private static func surroundings(governor: String, platform: String) -> [JSONValue] {
        guard case .object(var receipt) = SampleAgent.isolation,
            case .object(var environment) = SampleAgent.environment(noiseFloor: 0.001)
        else { return [] }
        receipt["phase"] = "measure"
        receipt["tuning_profile"] = "default"
        receipt["tuning"] = [
            ["knob": "governor", "want": "performance", "found": .string(governor), "ok": true]
        ]
        environment["fingerprint"] = [
            "platform_epoch": ["digest": .string(platform), "facts": [:]]
        ]
        // The build's receipt is not the measurement's.
        var build = receipt
        build["phase"] = "build"
        build["tuning"] = []
        return [.object(receipt), .object(build), .object(environment)]
    }

    struct Pair: Sendable {
        let governor: String
        let platform: String
        let reasons: [String]
    }

    @Test(arguments: [
        Pair(governor: "performance", platform: "a", reasons: []),
        Pair(governor: "powersave", platform: "a", reasons: ["tuning_differs"]),
        Pair(governor: "performance", platform: "b", reasons: ["reference_differs"]),
        Pair(
            governor: "powersave", platform: "b",
            reasons: ["tuning_differs", "reference_differs"]),
    ])
    func `runs under another tuning or reference are compared with a warning`(
        _ pair: Pair
    ) async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            // Not the parent, which the second run measures itself.
            let old = try await fleet.measure(
                commit: commits[0],
                records: Self.surroundings(governor: "performance", platform: "a")
                    + SampleAgent.records())
            let new = try await fleet.measure(
                commit: commits[2],
                records: Self.surroundings(governor: pair.governor, platform: pair.platform)
                    + SampleAgent.records())
            let made = try await fleet.fixture.post(
                Self.path, as: .lanternWriter,
                ["base": ["run": .string(old.run)], "candidate": ["run": .string(new.run)]])
            // Besides what a series that is this young is always told.
            let warnings = made["warnings"].items.filter {
                $0["reason"].string != "no_noise_model"
            }
            #expect(warnings.compactMap { $0["reason"].string } == pair.reasons)
            if pair.reasons.contains("tuning_differs") {
                let text = warnings.first?["text"].string ?? ""
                #expect(text.contains("governor performance and powersave"), "\(text)")
            }
            let address = made[header: "Location"]?.dropFirst("/api/v1".count) ?? ""
            #expect(try await fleet.fixture.get(String(address)).json == made.json)
        }
    }

    @Test func `a comparison that is not kept comes with its rows and without a name`()
        async throws
    {
        try await Self.withTwo { fleet, old, new in
            let tried = try await fleet.fixture.post(
                Self.path, as: .lanternReader,
                [
                    "base": ["run": .string(old)], "candidate": ["run": .string(new)],
                    "save": false,
                ])
            try Golden.check("comparison.tried", tried)
        }
    }

    @Test func `a commit stands for its newest measured run`() async throws {
        try await Self.withTwo { fleet, old, new in
            let commits = fleet.repository.main
            let again = try await fleet.measure(commit: commits[2])
            _ = try await fleet.trigger(
                "lantern", ["commit": .string(commits[2]), "force": true])
            for text in [commits[2], String(commits[2].prefix(7)), commits[2].uppercased()] {
                let made = try await fleet.fixture.post(
                    Self.path,
                    ["base": ["run": .string(old)], "candidate": ["commit": .string(text)]])
                #expect(made.status == 201, "\(made.text)")
                #expect(made["candidate"]["run_ids"].items.first?.string == again.run)
            }
        }
    }

    @Test func `a malformed side is refused where it is malformed`() async throws {
        try await SampleStory.with { story in
            let good: JSONValue = ["run": .string(story.lantern.measured.run)]
            let both: JSONValue = [
                "run": .string(story.lantern.measured.run), "commit": "1234567",
            ]
            var refusals = [
                Refusal([:], 422, "missing_field", at: "/base"),
                Refusal(["base": good], 422, "missing_field", at: "/candidate"),
                Refusal(["base": [:], "candidate": good], 422, "one_of_required", at: "/base"),
                Refusal(
                    ["base": good, "candidate": both], 422, "one_of_required", at: "/candidate"),
                Refusal(
                    ["base": ["branch": "main"], "candidate": good], 422, "unknown_field",
                    at: "/base/branch"),
                Refusal(
                    ["base": good, "candidate": good, "level": 1], 422, "out_of_range",
                    at: "/level"),
                Refusal(
                    ["base": good, "candidate": good, "test": "best"], 422, "out_of_range",
                    at: "/test"),
                Refusal(["base": 7, "candidate": good], 422, "wrong_type", at: "/base"),
            ]
            for commit: JSONValue in ["12", "", "main~12"] {
                refusals.append(
                    Refusal(
                        ["base": ["commit": commit], "candidate": good], 422, "out_of_range",
                        at: "/base/commit"))
            }
            for refusal in refusals {
                refusal.check(try await story.fixture.post(Self.path, refusal.body))
            }
        }
    }

    @Test func `a side that is not there is refused`() async throws {
        try await SampleStory.with { story in
            let good: JSONValue = ["run": .string(story.lantern.measured.run)]
            let unknown: [JSONValue] = [
                "x", .string(freshID()), .string(story.vault.measured.run),
            ]
            let unmeasured: [JSONValue] = [
                ["commit": "1234567"], ["commit": .string(story.fleet.repository.topic)],
                ["run": .string(story.lantern.queued.runs[0])],
            ]
            let refusals =
                unknown.map {
                    Refusal(["base": ["run": $0], "candidate": good], 404, "not_found")
                } + unmeasured.map { Refusal(["base": $0, "candidate": good], 409, "no_base") }
            for refusal in refusals {
                refusal.check(try await story.fixture.post(Self.path, refusal.body))
            }
        }
    }

    @Test func `branches and tags stand for what was measured of them`() async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            let first = try await fleet.measure(commit: commits[0], records: Self.alone)
            let second = try await fleet.measure(commit: commits[1])
            func ends(_ base: JSONValue, _ candidate: JSONValue) async throws -> Reply {
                try await fleet.fixture.post(
                    Self.path, ["base": base, "candidate": candidate, "save": false])
            }
            // `v1` is the second commit, and the newest of `main` was not measured.
            for side: JSONValue in [["release": "v1"], ["ref": "main"], ["ref": "v1"]] {
                let made = try await ends(["run": .string(first.run)], side)
                #expect(made["candidate"]["run_ids"].items.first?.string == second.run)
            }
            let newest = try await ends(["ref": "topic"], ["ref": "main"])
            // The newest of `topic` that was measured is what the second was measured beside.
            #expect(newest["base"]["commit"].string == commits[0], "\(newest.text)")
            #expect(newest["design"].string == "interleaved")
            #expect(try await ends(["ref": "nowhere"], ["ref": "main"]).reason == "unknown_ref")
            let bare = try await ends(["release": "v1"], ["commit": .string(commits[2])])
            #expect(bare.reason == "no_base")
            #expect(bare["details"]["trigger"]["ref"].string == commits[2])
        }
    }

    /// A first commit has no base.
    private static let alone = SampleAgent.records(roles: ["candidate"])

    @Test func `rows are narrowed, sorted and written as asked`() async throws {
        try await SampleFleet.with { fleet in
            let made = try await fleet.measure(commit: fleet.repository.main[2], factor: 1.2)
            let path = "/comparisons/\(made.comparison)/rows"
            func names(_ query: String) async throws -> [String?] {
                try await fleet.fixture.get(path + query)["items"].items.map {
                    $0["benchmark"].string
                }
            }
            #expect(try await names("?sort=-benchmark") == ["parse/short", "parse/long"])
            #expect(try await names("?q=LONG") == ["parse/long"])
            #expect(try await names("?direction=improved").isEmpty)
            #expect(try await names("?decision=fail&metric=time").count == 2)
            #expect(try await fleet.fixture.get(path + "?sort=best").reason == "unknown_sort")
            let csv = try await fleet.fixture.get(path + "?format=csv")
            #expect(csv[header: "Content-Type"] == "text/csv; charset=utf-8")
            #expect(csv.text.split(separator: "\r\n").count == 3)
            let table = try await fleet.fixture.get(path + "?format=md")
            #expect(table.text.contains("| parse/long |"))

            let series = try #require(
                try await fleet.fixture.get(path)["items"].items.first?["series_id"].string)
            let samples = try await fleet.fixture.get(path + "/\(series)/samples")
            #expect(samples["base"].items.count == 10)
            #expect(samples["pairs"].items.count == 10)
        }
    }

    @Test func `what is wished for is what is done, and the same seed draws the same`()
        async throws
    {
        try await Self.withTwo { fleet, old, new in
            func made(_ more: [String: JSONValue]) async throws -> Reply {
                var body: [String: JSONValue] = [
                    "base": ["run": .string(old)], "candidate": ["run": .string(new)],
                    "save": false,
                ]
                body.merge(more) { $1 }
                return try await fleet.fixture.post(Self.path, .object(body))
            }
            let drawn = try await made(["test": "permutation", "seed": 7, "level": 0.99])
            #expect(drawn["seed"].integer == 7)
            #expect(drawn["test"].string == "permutation")
            #expect(drawn["rows"].items.first?["test"].string == "permutation")
            #expect(
                drawn["rows"]
                    == (try await made(["test": "permutation", "seed": 7, "level": 0.99]))["rows"])
            let one = try await made(["benchmarks": ["*/long"]])
            #expect(one["rows"].items.map { $0["benchmark"].string } == ["parse/long"])
            #expect(one["family"]["m"].integer == 1)
        }
    }
}
