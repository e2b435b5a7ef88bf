import HTTPTypes
import Hummingbird
import Testing

@testable import WebSupport

/// Results that come as `multipart/form-data`, and the labels of runs.
@Suite struct SubmittedFormTests {
    private static let path = "/projects/lantern/results"
    private static let text =
        #"{"schema": "fleetmark.results.v1", "results": "#
        + #"[{"name": "parse", "unit": "ms", "samples": [20.1, 20.2, 20.3]}]}"#

    private static func meta(
        _ fleet: SampleFleet, _ more: [String: JSONValue] = [:]
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "commit": .string(fleet.repository.main[0]),
            "host": ["name": "ci-linux", "arch": "x86_64", "os": "debian-12"],
        ]
        members.merge(more) { _, new in new }
        return .object(members)
    }

    private static func send(
        _ fleet: SampleFleet, _ parts: [(name: String, text: String)],
        type: String = "multipart/form-data; boundary=\"x y\""
    ) async throws -> Reply {
        var body = ""
        for part in parts {
            body += "--x y\r\nContent-Disposition: form-data; name=\"\(part.name)\"\r\n\r\n"
            body += part.text + "\r\n"
        }
        return try await fleet.fixture.send(
            .post, path, as: .lanternWriter, body + "--x y--\r\n",
            [.contentType: type])
    }

    @Test func `a file is taken as its text in JSON would be`() async throws {
        try await SampleFleet.with { fleet in
            let meta = Self.meta(fleet, ["run_key": "7"]).text
            let sent = try await Self.send(fleet, [("meta", meta), ("file", Self.text)])
            #expect(sent.status == 201, "\(sent.text)")
            #expect(sent["parse"]["format"].string == "fleetmark-json", "\(sent.text)")
            let known = try await fleet.fixture.post(
                Self.path, as: .lanternWriter,
                Self.meta(fleet, ["run_key": "7", "text": .string(Self.text)]))
            #expect(known.status == 200, "\(known.text)")
            #expect(known["run"]["id"] == sent["run"]["id"])
        }
    }

    @Test func `a form that is none, or of other parts, is refused by name`() async throws {
        try await SampleFleet.with { fleet in
            let meta = ("meta", Self.meta(fleet).text)
            let file = ("file", Self.text)
            let noFile = try await Self.send(fleet, [meta])
            #expect(noFile.status == 422 && noFile.reason == "missing_field")
            #expect(noFile["details"]["pointer"].string == "/file")
            let more = try await Self.send(fleet, [meta, file, ("other", "1")])
            #expect(more.status == 422 && more.reason == "unknown_field", "\(more.text)")
            let twice = try await Self.send(fleet, [meta, file, file])
            #expect(twice.status == 400 && twice.reason == "invalid_value")
            let broken = try await Self.send(fleet, [("meta", "{"), file])
            #expect(broken.status == 400 && broken.reason == "malformed_json")
            let both = Self.meta(fleet, ["text": "x"]).text
            let double = try await Self.send(fleet, [("meta", both), file])
            #expect(double.status == 422 && double.reason == "one_of_required")
            let unnamed = try await Self.send(fleet, [meta, file], type: "multipart/form-data")
            #expect(unnamed.status == 400 && unnamed.reason == "bad_header")
            let nothing = try await Self.send(fleet, [meta, ("file", "nothing of a tool")])
            #expect(nothing.status == 422 && nothing.reason == "parse_failed")
            let list = try await fleet.fixture.get("/projects/lantern/runs")["items"]
            #expect(list.items.isEmpty)
        }
    }

    @Test func `runs are found by their labels`() async throws {
        try await SampleFleet.with { fleet in
            var ids: [String] = []
            for (branch, runner) in [("a", "1"), ("b", "1"), ("b", "2")] {
                let sent = try await fleet.fixture.post(
                    Self.path, as: .lanternWriter,
                    Self.meta(
                        fleet,
                        [
                            "text": .string(Self.text),
                            "labels": ["branch": .string(branch), "ci/runner": .string(runner)],
                        ]))
                #expect(sent.status == 201, "\(sent.text)")
                #expect(sent["run"]["labels"]["branch"].string == branch)
                ids.append(sent["run"]["id"].string ?? "")
            }
            func found(_ query: String) async throws -> [String?] {
                let list = try await fleet.fixture.get("/projects/lantern/runs?" + query)
                #expect(list.status == 200, "\(list.text)")
                return list["items"].items.map { $0["id"].string }
            }
            #expect(try await found("label.branch=b") == [ids[2], ids[1]])
            #expect(try await found("label.branch=b&label.ci/runner=1") == [ids[1]])
            #expect(
                try await found("label.branch=a&label.branch=b&label.ci/runner=1")
                    == [ids[1], ids[0]])
            #expect(try await found("label.branch=c").isEmpty)
            #expect(try await found("label.other=b").isEmpty)
            let one = try await fleet.fixture.get("/runs/\(ids[2])")
            #expect(one["labels"] == ["branch": "b", "ci/runner": "2"])
            let cursor =
                try await fleet.fixture.get(
                    "/projects/lantern/runs?label.branch=b&limit=1")["next_cursor"].string ?? ""
            let other = try await fleet.fixture.get(
                "/projects/lantern/runs?label.branch=a&limit=1&cursor=\(cursor)")
            #expect(other.reason == "cursor_mismatch", "\(other.text)")
        }
    }

    @Test func `a trigger gives its new runs labels`() async throws {
        try await SampleFleet.with { fleet in
            let order: JSONValue = [
                "commit": .string(fleet.repository.main[0]), "base": "none",
                "labels_run": ["why": "a try"],
            ]
            let made = try await fleet.fixture.post(
                "/projects/lantern/runs", as: .lanternWriter, order)
            #expect(made.status == 202, "\(made.text)")
            let list = try await fleet.fixture.get(
                "/projects/lantern/runs?label.why=a%20try")["items"]
            #expect(list.items.count == 1)
            #expect(list.items.first?["labels"]["why"].string == "a try")
        }
    }

    @Test(arguments: [
        JSONValue.object(["": "x"]), ["a b": "x"], ["a": ""], ["a": "x\ny"],
        ["a": .string(String(repeating: "x", count: 256))],
    ])
    func `a label that breaks a rule is refused with its place`(_ labels: JSONValue) async throws {
        try await SampleFleet.with { fleet in
            let sent = try await fleet.fixture.post(
                Self.path, as: .lanternWriter,
                Self.meta(fleet, ["text": .string(Self.text), "labels": labels]))
            #expect(sent.status == 422 && sent.reason == "out_of_range", "\(sent.text)")
            let pointer = sent["details"]["pointer"].string ?? ""
            #expect(pointer.hasPrefix("/labels/"), "\(pointer)")
        }
    }
}
