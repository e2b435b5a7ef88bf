import Foundation
import Hummingbird
import HummingbirdTesting
import SampleFleets
import Testing
import WebSupport

@testable import Dashboard

@Suite struct PagesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden")

    @Test func `every page is as recorded`() async throws {
        try await DashboardFixture.with(history: 40) { fixture in
            for (name, path) in fixture.pages {
                let text = Self.withoutDigest(try await fixture.text(path))
                let file = Self.folder.appending(path: name + ".html")
                if ProcessInfo.processInfo.environment["FLEETMARK_UPDATE_GOLDEN"] == "1" {
                    try Data(text.utf8).write(to: file)
                }
                let recorded = String(decoding: try Data(contentsOf: file), as: UTF8.self)
                #expect(text == recorded, "\(name)")
            }
        }
    }

    /// With the files beside the page under names that do not change with them.
    static func withoutDigest(_ text: String) -> String {
        let paths = [Stylesheet().path] + Scripts().all.map(\.path)
        return paths.reduce(text) { text, path in
            let parts = path.split(separator: "-")
            let ending = path.split(separator: ".").last ?? ""
            return text.replacingOccurrences(
                of: path, with: parts.dropLast().joined(separator: "-") + "." + ending)
        }
    }

    @Test func `every page is whole and keeps to its own policy`() async throws {
        try await DashboardFixture.with(history: 12) { fixture in
            for (name, path) in fixture.pages {
                for headers in [HTTPFields(), DashboardFixture.admin] {
                    let page = try HTML(try await fixture.text(path, headers))
                    #expect(page.tags.first?.name == "html", "\(name)")
                    #expect(page.tags.filter { $0.name == "h1" && !$0.isEnd }.count == 1, "\(name)")
                    let names = Set(page.tags.map(\.name))
                    #expect(names.isDisjoint(with: ["style", "i", "iframe"]), "\(name)")
                    let scripts = page.tags.filter { $0.name == "script" && !$0.isEnd }
                    #expect(scripts.allSatisfy { $0.attributes["src"] != nil }, "\(name)")
                    let attributes = Set(page.tags.flatMap(\.attributes.keys))
                    #expect(!attributes.contains("style"), "\(name)")
                    #expect(!attributes.contains { $0.hasPrefix("on") }, "\(name)")
                }
            }
        }
    }

    @Test func `a name from outside is shown as it is, and its direction ends with it`()
        async throws
    {
        try await DashboardFixture.with { fixture in
            let text = try await fixture.text(PagePath.run(fixture.story.hostile).text)
            let shown =
                "<bdi>&lt;/bdi&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;\u{301} "
                + "onload=&#39;x&#39; \u{FFFD}gnp.exe &amp; &lt;b&gt;</bdi>"
            #expect(text.contains(shown))
            #expect(!text.unicodeScalars.contains("\u{202E}"))
        }
    }

    @Test func `every page says what it may load`() async throws {
        try await DashboardFixture.with(history: 12) { fixture in
            for (name, path) in fixture.pages {
                let response = try await fixture.page(path)
                let policy = response.headers[.contentSecurityPolicy] ?? ""
                #expect(policy.hasPrefix("default-src 'none'; style-src 'self';"), "\(name)")
                #expect(!policy.contains("unsafe"), "\(name)")
                #expect(response.headers[.contentType] == "text/html; charset=utf-8", "\(name)")
            }
        }
    }

    @Test func `every link leads somewhere`() async throws {
        try await DashboardFixture.with(history: 12) { fixture in
            var links: Set<String> = []
            for (_, path) in fixture.pages {
                for headers in [HTTPFields(), DashboardFixture.admin] {
                    let page = try HTML(try await fixture.text(path, headers))
                    let ids = Set(page.values(of: "id"))
                    for link in page.values(of: "href") {
                        if link.hasPrefix("#") {
                            #expect(ids.contains(String(link.dropFirst())), "\(path) \(link)")
                        } else if link != "data:," {
                            links.insert(link)
                        }
                    }
                }
            }
            #expect(links.count > 20)
            for link in links {
                let response = try await fixture.page(link, DashboardFixture.admin)
                #expect(response.status == .ok, "\(link)")
            }
        }
    }

    @Test func `the stylesheet is kept for ever under a name of its own`() async throws {
        try await DashboardFixture.with { fixture in
            let page = try HTML(try await fixture.text("/"))
            let path = try #require(page.values(of: "href").first { $0.hasPrefix("/assets/") })
            let response = try await fixture.page(path)
            #expect(response.headers[.contentType] == "text/css; charset=utf-8")
            #expect(response.headers[.cacheControl]?.hasSuffix("immutable") == true)
            #expect(String(buffer: response.body).contains("light-dark("))
            let stale = try await fixture.page("/assets/fleetmark-0123456789abcdef.css")
            #expect(stale.status == .notFound)
        }
    }

    @Test func `scripts are kept for ever too, and the terms of the others' stand beside them`()
        async throws
    {
        try await DashboardFixture.with(history: 12) { fixture in
            let series = try #require(fixture.history?.time)
            let page = try HTML(try await fixture.text(PagePath.series(series).text))
            let scripts = page.values(of: "src")
            #expect(scripts.count == 3)
            for path in scripts {
                let response = try await fixture.page(path)
                #expect(response.status == .ok, "\(path)")
                #expect(response.headers[.contentType] == "text/javascript; charset=utf-8")
                #expect(response.headers[.cacheControl]?.hasSuffix("immutable") == true)
            }
            let library = String(buffer: try await fixture.page(scripts[1]).body)
            #expect(library.hasPrefix("/*! @license"))
            let terms = try await fixture.text(Scripts().licence.path)
            #expect(terms.contains("Dan Vanderkam"))
            #expect(terms.contains("THE SOFTWARE IS PROVIDED"))
        }
    }

    @Test func `a page of what still changes asks again, another does not`() async throws {
        try await DashboardFixture.with { fixture in
            let story = fixture.story
            let pages: [(PagePath, Bool)] = [
                (.run(story.running.runs[0]), true), (.request(story.running.request), true),
                (.run(story.guilty), false), (.request(story.range.request), false),
            ]
            for (path, changes) in pages {
                let text = try await fixture.text(path.text)
                #expect(text.contains("http-equiv=\"refresh\"") == changes, "\(path)")
            }
        }
    }
}
