import Foundation

@testable import CommandLine

/// What `import toujou` did in a folder of its own.
struct Imported {
    let ended: Program.Ended
    let calls: [FakeController.Call]
    /// Project files by their path below the folder.
    let files: [String: String]

    static func run(
        _ text: String, _ arguments: [String] = [], signedIn: Bool = false,
        _ replies: [String: FakeController.Answer] = [:], over files: [String: String] = [:]
    ) async throws -> Imported {
        try await withFolder { folder in
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/runner.json"))
            for (path, text) in files {
                let file = URL(filePath: "\(folder)/\(path)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
            let controller = try SampleController(replies)
            return try await withController(controller.script) { server in
                var program = Program(server: signedIn ? server : nil)
                program.directory = folder
                let ended = await program.run(["import", "toujou", "runner.json"] + arguments)
                return Imported(
                    ended: ended, calls: server.calls, files: try Self.files(below: folder))
            }
        }
    }

    private static func files(below folder: String) throws -> [String: String] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return paths.filter { $0.hasSuffix(".yaml") }.reduce(into: [:]) { files, path in
            files[path] = try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
        }
    }
}
