import AgentProtocol
import SampleFleets
import TestSupport
import Testing

@testable import Dashboard

@Suite struct LiveLogTests {
    @Test func `the log on an open page grows with the attempt's, and the page stays`()
        async throws
    {
        try await VisitedSite.with { site in
            let browser = site.browser
            try await site.signIn()
            let run = try site.site.history.run("today")
            try await browser.open(site.address(PagePath.run(run).text))
            _ = try await browser.run("window.sameDocument = true; return null")
            let lines = "return document.querySelectorAll('#log-lines li').length"
            let before = try await browser.run(lines).wholeNumber ?? 0
            try await site.site.append("a \u{1B}[1mfirst\u{1B}[0m line\nhalf a", toLogOf: run)
            try await eventually("the log does not grow") {
                try await browser.text("#log-lines").contains("a first line\nhalf a")
            }
            #expect(try await browser.text("#log-extent") == "following")
            try await site.site.append(" line\n", toLogOf: run)
            try await eventually("the open line does not go on") {
                try await browser.text("#log-lines").contains("half a line")
            }
            #expect(try await browser.run(lines).wholeNumber == before + 2)
            #expect(try await browser.run("return window.sameDocument === true") == .bool(true))
        }
    }
}
