import Testing

/// That the check of every page can fail: each page here is broken in one way.
@Suite struct PageCheckTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let kinds: Set<Finding.Kind>
        let body: String
        var policy: String?
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "good", kinds: [], body: "<p>All is well. <a href=\"/good\">Here</a></p>"),
        Case(
            name: "says an error", kinds: [.console],
            body: "<script>console.error('broken on purpose')</script>"),
        Case(
            name: "warns", kinds: [.console],
            body: "<script>console.warn('broken on purpose')</script>"),
        Case(name: "throws", kinds: [.console], body: "<script>null.length</script>"),
        Case(
            name: "lacks a picture", kinds: [.console, .request],
            body: "<img alt=\"lost\" src=\"/nowhere.png\">"),
        Case(
            name: "asks an address that does not answer", kinds: [.console, .request],
            body: "<img alt=\"lost\" src=\"http://127.0.0.1:9/x.png\">"),
        Case(
            name: "breaks its policy", kinds: [.console, .policy],
            body: "<p style=\"color:red\">Red</p>", policy: "default-src 'none'; img-src data:"),
        Case(
            name: "is too wide", kinds: [.overflow],
            body: "<div style=\"width:600px\">Wide</div>"),
        Case(name: "links to nothing", kinds: [.link], body: "<a href=\"/nowhere\">There</a>"),
        Case(name: "links to no part", kinds: [.link], body: "<a href=\"#nowhere\">There</a>"),
        Case(
            name: "has a picture without a text", kinds: [.unnamed],
            body: "<img src=\"data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=\">"),
        Case(
            name: "has a drawing without a label", kinds: [.unnamed],
            body: "<svg viewBox=\"0 0 1 1\"><path d=\"M0 0h1\"/></svg>"),
        Case(
            name: "has a field without a label", kinds: [.unnamed], body: "<input name=\"q\">"),
        Case(
            name: "has a button without a word", kinds: [.unnamed],
            body: "<button type=\"button\"></button>"),
        Case(
            name: "says an identifier twice", kinds: [.doubled],
            body: "<p id=\"a\">One</p><p id=\"a\">Two</p>"),
    ]

    @Test func `each fault is found, and nothing else`() async throws {
        try await ChromeDriver.withBrowser { browser in
            for broken in Self.cases {
                try await StaticSite.with(
                    ["good": Self.page(broken.body)], policy: broken.policy
                ) { address in
                    let found = try await PageCheck(browser: browser)
                        .findings(at: address + "/good")
                    #expect(Set(found.map(\.kind)) == broken.kinds, "\(broken.name): \(found)")
                }
            }
        }
    }

    @Test func `a page with another status is found`() async throws {
        try await ChromeDriver.withBrowser { browser in
            try await StaticSite.with(["good": Self.page("")]) { address in
                let check = PageCheck(browser: browser)
                let wrong = try await check.findings(at: address + "/good", status: 404)
                #expect(wrong == [Finding(.status, "200, not 404")])
                let lost = try await check.findings(at: address + "/nowhere")
                #expect(lost.map(\.kind).contains(.status))
            }
        }
    }

    private static func page(_ body: String) -> String {
        """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="icon" href="data:,"></head><body>\(body)</body></html>
        """
    }
}
