import FoundationEssentials
import Testing

@testable import BenchmarkFormats

/// `docs/formats.md` says of each format what the catalogue says.
/// `FLEETMARK_UPDATE_GOLDEN=1` writes its table anew.
@Suite struct FormatPageTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/formats.md")
    private static let start = "<!-- table of the catalogue -->\n"
    private static let end = "<!-- end of the table -->\n"

    private var table: String {
        let entries = FormatCatalogue.entries.sorted {
            $0.title.lowercased() < $1.title.lowercased()
        }
        return "| tool | `format` | input | kept |\n| --- | --- | --- | --- |\n"
            + entries.map { entry in
                "| \(entry.title) | `\(entry.id)` | \(entry.shape) | \(entry.keeps) |\n"
            }.joined()
    }

    @Test func `the page has the catalogue's table`() throws {
        let text = String(decoding: try Data(contentsOf: Self.page), as: UTF8.self)
        let parts = try #require(self.parts(of: text))
        if ProcessInfo.processInfo.environment["FLEETMARK_UPDATE_GOLDEN"] == "1" {
            let new = parts.before + Self.start + table + Self.end + parts.after
            try Data(new.utf8).write(to: Self.page)
        } else {
            #expect(parts.table == table, "FLEETMARK_UPDATE_GOLDEN=1 writes it anew")
        }
    }

    private func parts(of text: String) -> (before: String, table: String, after: String)? {
        guard let start = text.firstRange(of: Self.start), let end = text.firstRange(of: Self.end),
            start.upperBound <= end.lowerBound
        else { return nil }
        return (
            String(text[..<start.lowerBound]), String(text[start.upperBound..<end.lowerBound]),
            String(text[end.upperBound...])
        )
    }
}
