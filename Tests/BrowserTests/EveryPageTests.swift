import Storage
import TestSupport
import Testing

@testable import Dashboard

/// Each page in a real browser, from the real controller.
@Suite struct EveryPageTests {
    @Test(arguments: PagesUnderTest.all)
    func `nothing is wrong with the page`(_ page: PageUnderTest) async throws {
        try await VisitedSite.with { site in
            let address = try await site.open(page)
            for theme in Browser.Theme.allCases {
                try await site.browser.prefer(theme)
                let found = try await PageCheck(browser: site.browser)
                    .findings(at: address, status: page.status)
                #expect(found == [], "\(page.name), \(theme)")
            }
        }
    }

    @Test func `every page of the table is opened by a test`() async throws {
        let tested = Set(PagesUnderTest.all.compactMap(\.pattern))
        let patterns = Set(try await Self.patterns())
        #expect(patterns == tested, "\(patterns.symmetricDifference(tested))")
    }

    @Test func `every page under test has a name of its own`() {
        #expect(Set(PagesUnderTest.all.map(\.name)).count == PagesUnderTest.all.count)
    }

    private static func patterns() async throws -> [String] {
        var patterns: [String] = []
        try await withDatabase(.memory) { database in
            patterns = PageTable.patterns(over: database)
        }
        return patterns
    }
}
