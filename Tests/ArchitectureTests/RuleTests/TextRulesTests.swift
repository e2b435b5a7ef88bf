import Testing

@Suite struct TextRulesTests {
    struct Link {
        let target: String
        let works: Bool
    }

    @Test(arguments: [
        Link(target: "b.md", works: true), Link(target: "./b.md", works: true),
        Link(target: "../README.md", works: true), Link(target: "../docs", works: true),
        Link(target: "b.md#two-words-1", works: true), Link(target: "#here", works: true),
        Link(target: "https://example.org/a", works: true), Link(target: "c.md", works: false),
        Link(target: "b.md#three", works: false), Link(target: "#there", works: false),
        Link(target: "../../etc/passwd", works: false),
    ])
    func `a link leads somewhere or is found`(_ given: Link) {
        let pages = [
            MarkdownPage(path: "docs/a.md", "# Here\nsee [it](\(given.target)) there"),
            MarkdownPage(path: "docs/b.md", "## Two words\n### Two `words`\n"),
        ]
        let found = LinkRules.violations(
            in: pages, files: ["README.md", "docs/a.md", "docs/b.md"])
        #expect(found.isEmpty == given.works)
    }

    @Test func `code holds no links and no headings`() {
        let page = MarkdownPage(
            path: "a.md", "```sh\n# not\n[a](b)\n```\nx `[c](d)` [e](f.md \"t\")\n[g]: h.md\n")
        #expect(page.anchors == [])
        #expect(page.links.map(\.target) == ["f.md", "h.md"])
        #expect(page.links.map(\.line) == [5, 6])
    }

    @Test func `anchors are made as forges make them`() {
        #expect(MarkdownPage.slug("What `it` costs: 2 µs, at most") == "what-it-costs-2-µs-at-most")
    }

    struct Text {
        let line: String
        let count: Int
    }

    @Test(arguments: [
        Text(line: "cd /home/me/tree/src", count: 1), Text(line: "/home/me/tree/", count: 1),
        Text(line: "x/home/me/tree/src", count: 0), Text(line: "/home/me/treetop", count: 0),
        Text(line: "https://packages" + ".site.com/simple", count: 1),
        Text(line: "http://user@mirror" + ".site.com:80/", count: 1),
        Text(line: "https://github.com/a/b", count: 0),
        Text(line: "https://forge.example/a", count: 0),
        Text(line: "https://git.example.org/a and http://127.0.0.1:1/", count: 0),
        Text(line: "https://badexample" + ".org/", count: 1), Text(line: "https://host/", count: 0),
    ])
    func `places and hosts of one site are found`(_ given: Text) {
        let found = ForeignText.violations(
            path: "a", bytes: Array(given.line.utf8), places: ["/home/me/tree/"])
        #expect(found.count == given.count)
    }
}
