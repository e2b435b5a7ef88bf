import AgentProtocol
import FleetModel
import SampleFleets
import Storage
import Testing

@testable import Dashboard

/// What the script of a series' page adds to it, in a real browser.
@Suite struct SeriesGraphTests {
    private static let key = """
        const event = new KeyboardEvent("keydown", \
        {key: arguments[0], shiftKey: arguments[1], bubbles: true});
        document.getElementById("chart").dispatchEvent(event);
        return document.querySelector("[data-f=commit]").textContent;
        """

    /// Answers when the address names the run; the script writes it after a moment.
    private static let remembered = """
        return new Promise(done => {
          const look = () => location.search.includes("run=") ? done(true) : setTimeout(look, 20);
          look();
        });
        """

    @Test func `the cursor moves by keys, and the address remembers where it stands`()
        async throws
    {
        try await VisitedSite.with { site in
            let browser = site.browser
            try await browser.open(
                site.address(PagePath.series(try site.site.history.longSeries()).text))
            let newest = try await browser.text("[data-f=commit]")
            let before = try await browser.run(
                Self.key, [.string("ArrowLeft"), .bool(false)], as: String.self)
            #expect(before != newest)
            let change = try await browser.run(
                Self.key, [.string("ArrowLeft"), .bool(true)], as: String.self)
            #expect(change != before)
            let marks = try await browser.run(
                "return document.querySelectorAll('#still .foot .at').length", as: Double.self)
            #expect(marks > 1)
            let isRemembered = try await browser.run(
                Self.remembered, as: Bool.self)
            #expect(isRemembered)
            try await browser.reload()
            #expect(try await browser.text("[data-f=commit]") == change)
        }
    }

    @Test func `without scripts the same graph stands still`() async throws {
        try await VisitedSite.with { site in
            let browser = site.browser
            let address = site.address(PagePath.series(try site.site.history.longSeries()).text)
            try await browser.open(address)
            #expect(try await browser.has(".chart-live canvas"))
            try await browser.allowScripts(false)
            try await browser.reload()
            try await browser.allowScripts(true)
            let dots = try await browser.run(
                "return document.querySelectorAll('#still circle.dot').length", as: Double.self)
            #expect(dots > 3)
            let isShown = try await browser.run(
                "return document.getElementById('still').getBoundingClientRect().height > 100",
                as: Bool.self)
            #expect(isShown)
            #expect(try await !browser.has(".chart-live"))
        }
    }
}
