import Foundation
import Testing

@testable import ProjectFile

/// `docs/project-file.md` says of each key what the schema says.
/// `FLEETMARK_UPDATE_GOLDEN=1` writes its tables anew.
@Suite struct SchemaPageTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/project-file.md")
    private static let start = "<!-- tables of the schema -->\n"
    private static let end = "<!-- end of the tables -->\n"

    private var tables: String {
        SchemaTable.sections.map { section in
            let title = section.path.isEmpty ? "The top of the file" : "`\(section.path)`"
            let rows = section.rows.map { row in
                let standard = row.standard.map { "`\($0)`" } ?? (row.isRequired ? "required" : "")
                return "| `\(row.key)` | \(Self.cell(row.value)) | \(Self.cell(standard)) | "
                    + "\(Self.cell(row.meaning)) |\n"
            }
            return
                "### \(title)\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n"
                + rows.joined() + "\n"
        }.joined()
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }

    @Test func `the page has the schema's tables`() throws {
        let text = String(decoding: try Data(contentsOf: Self.page), as: UTF8.self)
        let start = try #require(text.firstRange(of: Self.start))
        let end = try #require(text.firstRange(of: Self.end))
        try #require(start.upperBound <= end.lowerBound)
        if ProcessInfo.processInfo.environment["FLEETMARK_UPDATE_GOLDEN"] == "1" {
            let new = text[..<start.upperBound] + tables + text[end.lowerBound...]
            try Data(new.utf8).write(to: Self.page)
        } else {
            let found = String(text[start.upperBound..<end.lowerBound])
            #expect(found == tables, "FLEETMARK_UPDATE_GOLDEN=1 writes it anew")
        }
    }

    @Test func `every key says what it may hold and what it is for`() {
        for section in SchemaTable.sections {
            for row in section.rows {
                #expect(!row.value.isEmpty && !row.meaning.isEmpty, "\(section.path).\(row.key)")
            }
        }
    }

    /// The complete examples of the page are valid.
    @Test func `the page's examples are valid`() throws {
        let text = String(decoding: try Data(contentsOf: Self.page), as: UTF8.self)
        let blocks = text.split(separator: "```yaml\n").dropFirst()
            .compactMap { $0.split(separator: "```", maxSplits: 1).first }
        #expect(blocks.count >= 2)
        for block in blocks {
            let parsed = ProjectFile.parse(bytes: Array(block.utf8), fileName: "fleetmark.yaml")
            #expect(parsed.problems == [], "\(parsed.report)")
        }
    }
}
