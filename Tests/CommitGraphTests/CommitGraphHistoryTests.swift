import CommitGraph
import FleetModel
import TestSupport
import Testing

@Suite struct CommitGraphHistoryTests {
    @Test func `a range holds what the start cannot reach, parents first`() async throws {
        let fixture = try await GraphFixture()
        let found = try await fixture.graph.range(
            from: fixture.hash(2), to: fixture.hash(7), in: fixture.repository)
        #expect(Set(found) == Set(try [3, 4, 5, 6, 7].map(fixture.hash)))
        let place = { mark in try #require(found.firstIndex(of: fixture.hash(mark))) }
        #expect(try place(4) < place(5))
        #expect(try place(5) < place(6))
        #expect(try place(3) < place(6))
        #expect(try place(6) < place(7))
    }

    @Test func `a range of first parents leaves the side branch out`() async throws {
        let fixture = try await GraphFixture()
        let found = try await fixture.graph.range(
            from: fixture.hash(2), to: fixture.hash(7), options: .init(firstParent: true),
            in: fixture.repository)
        #expect(found == (try [3, 6, 7].map(fixture.hash)))
    }

    @Test func `a range of nothing is empty`() async throws {
        let fixture = try await GraphFixture()
        await #expect(throws: CommitGraphFailure.rangeEmpty) {
            try await fixture.graph.range(
                from: fixture.hash(3), to: fixture.hash(3), in: fixture.repository)
        }
    }

    @Test func `a range between cousins is refused`() async throws {
        let fixture = try await GraphFixture()
        let (start, end) = try (fixture.hash(5), fixture.hash(3))
        await #expect(throws: CommitGraphFailure.notAncestor(start, of: end)) {
            try await fixture.graph.range(from: start, to: end, in: fixture.repository)
        }
    }

    @Test func `a range past the limit says how long it is`() async throws {
        let fixture = try await GraphFixture()
        await #expect(throws: CommitGraphFailure.rangeTooLong(count: 6, limit: 5)) {
            try await fixture.graph.range(
                from: fixture.hash(1), to: fixture.hash(7), options: .init(limit: 5),
                in: fixture.repository)
        }
    }

    @Test func `a range with an unknown end names it`() async throws {
        let fixture = try await GraphFixture()
        let unknown = try #require(CommitHash(String(repeating: "b", count: 40)))
        await #expect(throws: CommitGraphFailure.referenceUnknown(unknown.text)) {
            try await fixture.graph.range(
                from: fixture.hash(1), to: unknown, in: fixture.repository)
        }
    }

    @Test func `a history is read page by page, newest first`() async throws {
        let fixture = try await GraphFixture()
        var pages: [[CommitHash]] = []
        for skipping in [0, 3, 6, 9] {
            pages.append(
                try await fixture.graph.history(
                    of: fixture.hash(7), limit: 3, skipping: skipping, in: fixture.repository))
        }
        let expected = try [[7, 6, 5], [4, 3, 2], [1], []].map { try $0.map(fixture.hash) }
        #expect(pages == expected)
    }

    @Test func `the merge base of two branches is where they parted`() async throws {
        var fixture = try await GraphFixture()
        try await fixture.remote.add([.init(mark: 30, branch: "island")])
        let graph = fixture.graph
        let base = try await graph.mergeBase(
            fixture.hash(3), fixture.hash(5), in: fixture.repository)
        #expect(base == (try fixture.hash(2)))
        #expect(
            try await graph.mergeBase(
                fixture.hash(3), fixture.hash(30), in: fixture.repository) == nil)
    }

    @Test func `an ancestor is reachable, a cousin is not`() async throws {
        let fixture = try await GraphFixture()
        let (graph, repository) = (fixture.graph, fixture.repository)
        #expect(try await graph.isAncestor(fixture.hash(4), of: fixture.hash(7), in: repository))
        #expect(try await graph.isAncestor(fixture.hash(4), of: fixture.hash(4), in: repository))
        #expect(
            try await !graph.isAncestor(fixture.hash(4), of: fixture.hash(3), in: repository))
    }

    @Test func `the position rises along every line of descent`() async throws {
        let fixture = try await GraphFixture()
        var positions: [Int] = []
        for mark in [1, 2, 3, 4, 5, 6, 7] {
            positions.append(
                try await fixture.graph.position(
                    of: fixture.hash(mark), in: fixture.repository))
        }
        #expect(positions == [1, 2, 3, 3, 4, 6, 7])
    }

    @Test func `details give parents, people, times and the subject`() async throws {
        let fixture = try await GraphFixture()
        let asked = try [6, 1, 2].map(fixture.hash)
        let found = try await fixture.graph.details(of: asked, in: fixture.repository)
        #expect(found.map(\.hash) == asked)
        #expect(found[0].parents == (try [3, 5].map(fixture.hash)))
        #expect(found[1].parents.isEmpty)
        #expect(found[2].subject == "second")
        #expect(found[2].authorName == "Fleetmark Test")
        #expect(found[2].authorEmail == "test@example.org")
        #expect(found[2].authorTime.microseconds == 1_700_000_120_000_000)
        #expect(found[2].commitTime.microseconds == 1_700_000_125_000_000)
        #expect(
            found[2].tree
                == (try await fixture.remote.git([
                    "rev-parse", "\(fixture.hash(2).text)^{tree}",
                ])).trimmedLine)
    }

    @Test func `words that are not UTF-8 are replaced, and nothing else is lost`() async throws {
        let fixture = try await GraphFixture()
        try await fixture.remote.git(["config", "i18n.commitEncoding", "UTF-8"])
        let tree = try await fixture.remote.git(["mktree"]).trimmedLine
        let object =
            Array("tree \(tree)\nauthor J".utf8) + [0xFF]
            + Array(" <j@example.org> 1700000000 +0000\n".utf8)
            + Array("committer J <j@example.org> 1700000000 +0000\n\nbad ".utf8) + [0xC3, 0x28]
        let text = try await fixture.remote.git(
            ["hash-object", "-t", "commit", "-w", "--stdin"], input: object
        ).trimmedLine
        try await fixture.remote.git(["update-ref", "refs/heads/odd", text])
        let hash = try await fixture.resolve("odd")
        let found = try await fixture.graph.details(of: [hash], in: fixture.repository)
        #expect(found.first?.authorName == "J\u{FFFD}")
        #expect(found.first?.subject == "bad \u{FFFD}(")
    }

    @Test func `details of an unknown commit are refused`() async throws {
        let fixture = try await GraphFixture()
        let unknown = try #require(CommitHash(String(repeating: "c", count: 40)))
        await #expect(throws: CommitGraphFailure.referenceUnknown(unknown.text)) {
            try await fixture.graph.details(
                of: [fixture.hash(1), unknown], in: fixture.repository)
        }
    }
}

extension String {
    var trimmedLine: String { String(prefix { !$0.isNewline }) }
}
