import Testing

@Suite struct TextTests {
    private let repository = Repository.shared

    @Test func `each link leads to a file and a heading`() {
        let pages = repository.paths
            .filter { $0 == "README.md" || ($0.hasPrefix("docs/") && $0.hasSuffix(".md")) }
            .map { MarkdownPage(path: $0, repository.text($0)) }
        LinkRules.violations(in: pages, files: Set(repository.paths)).fail()
    }

    @Test func `no file is tied to one machine or site`() {
        let root = repository.root
        let parent = root.prefix(upTo: root.lastIndex(of: "/") ?? root.startIndex)
        // The last two are spelled in pieces, or this file would hold what it looks for.
        let places = [root + "/", parent + "/shared", "/wo" + "rk/main", "/wo" + "rk/shared"]
            .filter { $0.split(separator: "/").count > 1 }
        repository.paths.filter { $0 != "Package.resolved" }
            .flatMap {
                ForeignText.violations(path: $0, bytes: repository.bytes($0), places: places)
            }.fail()
    }
}
