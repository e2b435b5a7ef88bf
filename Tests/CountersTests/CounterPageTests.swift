import Counters
import LinuxSystem
import Testing

/// `docs/counters.md` says of each event what the catalogue says, and nothing else.
@Suite struct CounterPageTests {
    private func page() throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try KernelTree().text("/\(root)/docs/counters.md")
    }

    @Test func `the table of events is the catalogue`() throws {
        let rows = try page().split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { $0.split(separator: "|").map { $0.trimmingWhitespace() } }
            .filter { $0.count == 6 }.map { $0.prefix(5).joined(separator: " ") }
        let expected = CounterCatalogue.all.map { event in
            let place =
                switch event.place {
                case .tree: "tree"
                case .processors: "processors"
                case .packages: "packages"
                }
            return "`\(event.name)` `\(event.metric)` \(event.unit) \(event.set.rawValue) \(place)"
        }
        #expect(rows == expected)
    }

    @Test func `every reason is on the page`() throws {
        let page = try page()
        for code in CounterRefusal.Code.allCases {
            #expect(page.contains("`\(code.rawValue)`"), "\(code.rawValue)")
        }
        for state in CounterReading.State.allCases {
            #expect(page.contains("`\(state.rawValue)`"), "\(state.rawValue)")
        }
    }
}
