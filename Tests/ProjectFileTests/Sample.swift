import FoundationEssentials

@testable import ProjectFile

/// Texts of project files for tests.
enum Sample {
    /// The head of a file whose third line is the first of `rest`.
    static func file(_ rest: String, command: String = "bin/app") -> String {
        "version: 1\nbenchmarks: [{name: app, command: \(command)}]\n" + rest
    }

    /// A file with one entry; its keys follow from line 5 on, indented by four.
    static func entry(_ keys: String..., command: String = "bin/app") -> String {
        "version: 1\nbenchmarks:\n  - name: app\n    command: \(command)\n"
            + keys.map { "    \($0)\n" }.joined()
    }

    static func parse(_ text: String) -> ParsedProjectFile {
        ProjectFile.parse(bytes: Array(text.utf8), fileName: "fleetmark.yaml")
    }

    static func problems(_ text: String) -> [ProjectFileProblem] { parse(text).problems }

    static func fixture(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return Array(try Data(contentsOf: folder.appending(path: "Fixtures/\(name)")))
    }
}

/// A test that expects a file and got problems.
struct Unreadable: Error {
    let report: String
}

extension ParsedProjectFile {
    var valid: ProjectFile {
        get throws {
            guard let file else { throw Unreadable(report: report) }
            return file
        }
    }
}
