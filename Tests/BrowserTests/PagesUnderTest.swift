import FleetModel
import SampleFleets
import Testing

@testable import Dashboard

/// A page as a test opens it, with the address that stands for all of its kind.
struct PageUnderTest: Sendable, CustomTestStringConvertible {
    enum Reader: Sendable { case anonymous, admin }

    /// Also the name of its screenshots.
    let name: String
    /// The pattern of the page table that it covers; nil for what stands in no table.
    let pattern: String?
    let reader: Reader
    let status: Int64
    let path: @Sendable (SampleFortnight) throws -> String

    init(
        _ name: String, _ pattern: String?, as reader: Reader = .anonymous, status: Int64 = 200,
        path: @escaping @Sendable (SampleFortnight) throws -> String
    ) {
        self.name = name
        self.pattern = pattern
        self.reader = reader
        self.status = status
        self.path = path
    }

    var testDescription: String { name }
}

/// Every page, in the states that differ in what they show. A page of the table that is missing
/// here fails a test.
enum PagesUnderTest {
    private static func comparison(_ base: RunID, _ head: RunID, _ more: String) -> String {
        PagePath.compare(project: "lantern", base: base.text, head: head.text).text + more
    }

    static let all: [PageUnderTest] = [
        PageUnderTest("projects", "/") { _ in PagePath.projects.text },
        PageUnderTest("projects-admin", "/", as: .admin) { _ in PagePath.projects.text },
        PageUnderTest("project", "/p/{project}") { _ in PagePath.project("lantern").text },
        PageUnderTest("project-empty", "/p/{project}") { _ in PagePath.project("quarry").text },
        PageUnderTest("run-regressed", "/runs/{run}", as: .admin) {
            PagePath.run(try $0.run("guilty")).text
        },
        PageUnderTest("run-public", "/runs/{run}") { PagePath.run(try $0.run("guilty")).text },
        PageUnderTest("run-partial", "/runs/{run}", as: .admin) {
            PagePath.run(try $0.run("crash")).text
        },
        PageUnderTest("run-failed", "/runs/{run}", as: .admin) {
            PagePath.run(try $0.run("broken")).text
        },
        PageUnderTest("run-running", "/runs/{run}", as: .admin) {
            PagePath.run(try $0.run("today")).text
        },
        PageUnderTest("run-queued", "/runs/{run}", as: .admin) {
            PagePath.run(try $0.run("today", 3)).text
        },
        PageUnderTest("request", "/requests/{request}") {
            PagePath.request(try $0.request("today")).text
        },
        PageUnderTest("series-list", "/p/{project}/series") { _ in
            PagePath.seriesList(project: "lantern").text
        },
        PageUnderTest("series", "/series/{series}") { PagePath.series($0.series).text },
        PageUnderTest("series-long", "/series/{series}") {
            PagePath.series(try $0.longSeries()).text
        },
        PageUnderTest("project-long", "/p/{project}") {
            PagePath.project($0.long?.project ?? "").text
        },
        PageUnderTest("compare-empty", "/p/{project}/compare") { _ in
            PagePath.comparePage(project: "lantern").text
        },
        PageUnderTest("compare", "/p/{project}/compare") { story in
            let head = try story.run("guilty")
            let base = try story.run("crash")
            return PagePath.compare(project: "lantern", base: base.text, head: head.text).text
        },
        PageUnderTest("compare-hosts", "/p/{project}/compare", as: .admin) {
            comparison(
                try $0.run("guilty"), try $0.run("elsewhere"),
                "&base_host=anvil&head_host=beacon&show=all")
        },
        PageUnderTest("compare-apart", "/p/{project}/compare") {
            comparison(try $0.run("guilty"), try $0.run("elsewhere"), "")
        },
        PageUnderTest("queue", "/queue", as: .admin) { _ in PagePath.queue.text },
        PageUnderTest("queue-public", "/queue") { _ in PagePath.queue.text },
        PageUnderTest("hosts", "/hosts", as: .admin) { _ in PagePath.hosts.text },
        PageUnderTest("host", "/hosts/{host}", as: .admin) {
            PagePath.host(try $0.host("anvil")).text
        },
        PageUnderTest("host-draining", "/hosts/{host}", as: .admin) {
            PagePath.host(try $0.host("cinder")).text
        },
        PageUnderTest("host-difference", "/hosts/{host}/diff/{other}", as: .admin) {
            PagePath.hostDifference(try $0.host("anvil"), try $0.host("cinder")).text
        },
        PageUnderTest("people", "/people", as: .admin) { _ in PagePath.people.text },
        PageUnderTest("sign-in", "/sign-in") { _ in PagePath.signIn(returnTo: "/hosts").text },
        PageUnderTest("missing", nil, status: 404) { _ in PagePath.project("nowhere").text },
        PageUnderTest("private", nil, status: 404) { _ in PagePath.project("vault").text },
    ]
}
