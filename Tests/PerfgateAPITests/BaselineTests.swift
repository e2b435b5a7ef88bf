import Hummingbird
import Storage
import TestSupport
import Testing

@testable import PerfgateAPI
@testable import WebSupport

/// Upload, read and delete on each store (perfgate contract, §4.3, §4.4, §4.6).
@Suite struct BaselineTests {
    @Test(arguments: TestBackend.available)
    func `what is uploaded is read as latest and by version`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            let body = Sample.upload("web-home", "v1", tags: ["z", "a"])
                .with("metadata", ["k": "v", "a": "ö"]).with("git_ref", "main")
            let made = try await fixture.call(.post, "/projects/demo/baselines", body)
            #expect(made.status == 201)
            let hash = try RunReceipt.read(Sample.receipt()).contentHash
            #expect(made["etag"] == .string("\"sha256:\(hash)\""))
            #expect(made.headers[.eTag] == "\"sha256:\(hash)\"")
            #expect(made.headers[.contentType] == "application/json")
            #expect(made["id"].textOrNil?.count == 32)
            #expect(made["benchmark"] == "web-home" && made["version"] == "v1")
            for path in ["latest", "versions/v1"] {
                let read = try await fixture.get("/projects/demo/baselines/web-home/\(path)")
                #expect(read.status == 200)
                #expect(read.headers[.eTag] == "\"sha256:\(hash)\"")
                #expect(read["schema"] == "perfgate.baseline.v1")
                #expect(read["id"] == made["id"] && read["project"] == "demo")
                #expect(read["metadata"] == ["a": "ö", "k": "v"])
                #expect(read["tags"] == .array(["z", "a"]))
                #expect(read["content_hash"] == .string(hash))
                #expect(read["source"] == "upload" && read["deleted"] == false)
                #expect(read["created_at"] == read["updated_at"])
                #expect(read["created_at"] == made["created_at"])
                #expect(read["git_ref"] == "main")
                #expect(!read.text.contains("git_sha"))
                #expect(
                    read["receipt"]["samples"].itemsOrNone.first?["cpu_ms"]
                        == Sample.json("18446744073709551615"))
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `the newest upload is the latest`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            for version in ["b", "c", "a"] { try await fixture.upload("web-home", version) }
            try await fixture.upload("web-other", "z")
            let latest = try await fixture.get("/projects/demo/baselines/web-home/latest")
            #expect(latest["version"] == "a")
            try await fixture.upload("web-home", "latest", wall: 7)
            let named = try await fixture.get(
                "/projects/demo/baselines/web-home/versions/latest")
            #expect(named["receipt"]["stats"]["wall_ms"]["median"] == 7)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a version is stored once, whatever becomes of it`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            try await fixture.upload("web-home", "v1", wall: 1)
            let again = try await fixture.call(
                .post, "/projects/demo/baselines", Sample.upload("web-home", "v1", wall: 2))
            #expect(again.status == 409)
            #expect(again.code == "conflict")
            let kept = try await fixture.get("/projects/demo/baselines/web-home/latest")
            #expect(kept["receipt"]["stats"]["wall_ms"]["median"] == 1)
            let address = "/projects/demo/baselines/web-home/versions/v1"
            let deleted = try await fixture.call(.delete, address)
            #expect(deleted.status == 200)
            #expect(deleted["deleted"] == true && deleted["version"] == "v1")
            #expect(deleted["id"] == "demo/web-home/v1" && deleted["benchmark"] == "web-home")
            #expect(deleted["deleted_at"].textOrNil.flatMap(Timestamp.read) != nil)
            for call in [
                try await fixture.call(.delete, address), try await fixture.get(address),
                try await fixture.get("/projects/demo/baselines/web-home/latest"),
                try await fixture.call(
                    .post, "/projects/demo/baselines/web-home/promote",
                    Sample.promotion("v1", "v2")),
            ] {
                #expect(call.status == 404)
                #expect(call.code == "not_found")
            }
            #expect(
                try await fixture.call(
                    .post, "/projects/demo/baselines", Sample.upload("web-home", "v1")
                ).status == 409)
            let list = try await fixture.get("/projects/demo/baselines")
            #expect(list["pagination"]["total"] == 0)
            #expect(try await fixture.count("baseline") == 1)
        }
    }

    @Test(arguments: TestBackend.available)
    func `of many equal uploads at once one is stored`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for wall in 0..<8 {
                    group.addTask {
                        try await fixture.call(
                            .post, "/projects/new/baselines",
                            Sample.upload("web-home", "v1", wall: UInt64(wall))
                        ).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 201 }.count == 1)
            #expect(statuses.filter { $0 == 409 }.count == 7)
            #expect(try await fixture.count("project") == 1)
            #expect(try await fixture.count("baseline_receipt") == 1)
        }
    }

    @Test(arguments: TestBackend.available)
    func `versions without a name are named by the second and never clash`(
        _ backend: TestBackend
    ) async throws {
        try await ServiceFixture.with(backend) { fixture in
            var names: Set<String> = []
            for _ in 0..<5 {
                let made = try await fixture.call(
                    .post, "/projects/demo/baselines", Sample.upload("web-home", nil))
                #expect(made.status == 201)
                let name = made["version"].textOrNil ?? ""
                #expect(name.wholeMatch(of: /\d{8}-\d{6}(-\d+)?/) != nil, "\(name)")
                names.insert(name)
            }
            #expect(names.count == 5)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a name with slashes is found with them plain and encoded`(
        _ backend: TestBackend
    ) async throws {
        try await ServiceFixture.with(backend) { fixture in
            for name in ["web-a/b", "web-a/latest", "web-a/versions/b"] {
                try await fixture.upload(name, "v1")
                for written in [name, name.replacing("/", with: "%2F")] {
                    let one = "/projects/demo/baselines/\(written)"
                    #expect(try await fixture.get(one + "/latest")["benchmark"] == .string(name))
                    #expect(try await fixture.get(one + "/versions/v1").status == 200)
                    let trend = try await fixture.get(one + "/trend?metric=wall_ms")
                    #expect(trend["benchmark"] == .string(name))
                    #expect(trend["data_points"].integerOrNil ?? 0 >= 1)
                    let target = written == name ? "v2" : "v3"
                    #expect(
                        try await fixture.call(
                            .post, one + "/promote", Sample.promotion("v1", target)
                        ).status == 201)
                    #expect(
                        try await fixture.call(.delete, one + "/versions/\(target)").status == 200)
                }
            }
            let hidden = try await fixture.get(
                "/projects/demo/baselines/job/x/latest", as: .webContributor)
            #expect(hidden.status == 403)
            let wrong = try await fixture.call(.post, "/projects/demo/baselines/a/b/latest", [:])
            #expect(wrong.status == 405)
            #expect(wrong.headers[.allow] == "GET, HEAD")
            for caller in [Client.nobody, .admin] {
                let lost = try await fixture.get("/projects/demo/baselines/a/b/c", as: caller)
                #expect(lost.status == 404)
                #expect(lost.text.isEmpty)
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `promoting copies a version and makes it the latest`(
        _ backend: TestBackend
    ) async throws {
        try await ServiceFixture.with(backend) { fixture in
            _ = try await fixture.call(
                .post, "/projects/demo/baselines",
                Sample.upload("web-home", "v1", tags: ["old"]).with("metadata", ["k": "v"])
                    .with("git_ref", "main").with("git_sha", "abc"))
            try await fixture.upload("web-home", "v2", wall: 2)
            let one = "/projects/demo/baselines/web-home"
            let made = try await fixture.call(
                .post, one + "/promote",
                Sample.promotion("v1", "stable").with("tags", .array(["new"]))
                    .with("git_sha", "def").with("normalize", true))
            #expect(made.status == 201)
            #expect(made["promoted_from"] == "v1" && made["version"] == "stable")
            #expect(made["promoted_at"] == made["created_at"])
            #expect(made.headers[.eTag] == nil)
            let source = try await fixture.get(one + "/versions/v1")
            let latest = try await fixture.get(one + "/latest")
            #expect(latest["version"] == "stable" && latest["source"] == "promote")
            #expect(latest["content_hash"] == source["content_hash"])
            #expect(latest["receipt"] == source["receipt"])
            #expect(latest["id"] != source["id"])
            #expect(latest["tags"] == .array(["new"]) && latest["metadata"] == ["k": "v"])
            #expect(latest["git_ref"] == "main" && latest["git_sha"] == "def")
            // Its medians came with it.
            let trend = try await fixture.get(one + "/trend?metric=wall_ms")
            #expect(trend["values"] == .array([.real(100), .real(2), .real(100)]))
        }
    }

    @Test(arguments: TestBackend.available)
    func `a promotion needs a source that is there and a name that is free`(
        _ backend: TestBackend
    ) async throws {
        try await ServiceFixture.with(backend) { fixture in
            let one = "/projects/demo/baselines/web-home"
            for version in ["v1", "v2"] { try await fixture.upload("web-home", version) }
            for target in ["v2", "v1"] {
                let taken = try await fixture.call(
                    .post, one + "/promote", Sample.promotion("v1", target))
                #expect(taken.status == 409)
            }
            #expect(
                try await fixture.call(
                    .post, one + "/promote", Sample.promotion("nothing", "v9")
                ).status == 404)
            _ = try await fixture.call(.delete, one + "/versions/v2")
            // A deleted name is taken, too.
            let hidden = try await fixture.call(
                .post, one + "/promote", Sample.promotion("v1", "v2"))
            #expect(hidden.status == 409)
            #expect(hidden.code == "conflict")
        }
    }

    @Test(arguments: TestBackend.available)
    func `trends are of the newest versions that have the metric`(
        _ backend: TestBackend
    ) async throws {
        try await ServiceFixture.with(backend) { fixture in
            for (index, wall) in [500, 100, 102].enumerated() {
                try await fixture.upload("web-home", "v\(index)", wall: UInt64(wall))
            }
            let trend = "/projects/demo/baselines/web-home/trend?metric="
            let two = try await fixture.get(trend + "wall_ms&window=2")
            #expect(two["values"] == .array([.real(100), .real(102)]))
            #expect(two["spark"] == "_#" && two["data_points"] == 2)
            let analysis = two["analysis"]
            #expect(analysis["slope_per_run"] == .real(2))
            #expect(analysis["intercept"] == .real(100))
            #expect(analysis["r_squared"] == .real(1))
            #expect(analysis["drift"] == "critical" && analysis["runs_to_breach"] == 9)
            #expect(analysis["current_headroom_pct"].realOrNil == 15)
            #expect(analysis["sample_count"] == 2 && analysis["metric"] == "wall_ms")
            let lazy = try await fixture.get(trend + "wall_ms&window=2&critical_window=8")
            #expect(lazy["analysis"]["drift"] == "degrading")
            let none = try await fixture.get(trend + "energy_uj")
            #expect(none["values"] == .array([]) && none["analysis"] == .null)
            #expect(none["spark"] == "" && none["data_points"] == 0)
            _ = try await fixture.call(.delete, "/projects/demo/baselines/web-home/versions/v2")
            let fewer = try await fixture.get(trend + "wall_ms")
            #expect(fewer["values"] == .array([.real(500), .real(100)]))
            let unknown = try await fixture.get(
                "/projects/demo/baselines/nothing/trend?metric=wall_ms")
            #expect(unknown.status == 200 && unknown["data_points"] == 0)
        }
    }
}
