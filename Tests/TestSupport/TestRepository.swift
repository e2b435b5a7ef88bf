import FoundationEssentials
import Subprocess

/// A real repository with fixed names and dates, written by git-fast-import(1).
package struct TestRepository {
    package struct File {
        package var path: String
        package var mode = "100644"
        /// The content, the target of a link, or the commit of a submodule.
        package var content: [UInt8]

        package init(_ path: String, _ content: String, mode: String = "100644") {
            self.path = path
            self.mode = mode
            self.content = Array(content.utf8)
        }

        package init(_ path: String, bytes: [UInt8]) {
            self.path = path
            self.content = bytes
        }
    }

    package struct Commit {
        package var mark: Int
        package var branch = "main"
        package var parents: [Int] = []
        package var message = "change"
        package var author = "Fleetmark Test <test@example.org>"
        package var files: [File] = []

        package init(
            mark: Int, branch: String = "main", parents: [Int] = [], message: String = "change",
            author: String = "Fleetmark Test <test@example.org>", files: [File] = []
        ) {
            self.mark = mark
            self.branch = branch
            self.parents = parents
            self.message = message
            self.author = author
            self.files = files
        }
    }

    package static let firstSecond = 1_700_000_000
    package let path: String
    package private(set) var hashes: [Int: String] = [:]

    /// A filtering one answers requests for partial clones.
    package init(
        at path: String, isFiltering: Bool = true, objectFormat: String = "sha1"
    ) async throws {
        self.path = path
        try await Self.git([
            "init", "--quiet", "--bare", "--template=", "--initial-branch=main",
            "--object-format=\(objectFormat)", path,
        ])
        if isFiltering { try await git(["config", "uploadpack.allowFilter", "true"]) }
    }

    package var address: String { "file://\(path)" }

    package mutating func add(_ commits: [Commit]) async throws {
        var stream: [UInt8] = []
        for commit in commits { stream += text(of: commit) }
        let marks = path + "/marks"
        try await git(
            ["fast-import", "--quiet", "--force", "--export-marks=\(marks)"], input: stream)
        for line in try String(contentsOfFile: marks, encoding: .utf8).split(separator: "\n") {
            let words = line.dropFirst().split(separator: " ")
            guard words.count == 2, let mark = Int(words[0]) else { continue }
            hashes[mark] = String(words[1])
        }
    }

    @discardableResult
    package func git(_ arguments: [String], input: [UInt8] = []) async throws -> String {
        try await Self.git(["--git-dir=\(path)"] + arguments, input: input)
    }

    @discardableResult
    package static func git(_ arguments: [String], input: [UInt8] = []) async throws -> String {
        let result = try await Subprocess.run(
            .name("git"), arguments: Arguments(arguments),
            environment: .custom([
                "PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C",
                "GIT_AUTHOR_NAME": "Fleetmark Test", "GIT_AUTHOR_EMAIL": "test@example.org",
                "GIT_COMMITTER_NAME": "Fleetmark Test",
                "GIT_COMMITTER_EMAIL": "test@example.org",
                "GIT_COMMITTER_DATE": "\(firstSecond) +0000",
            ]), input: .array(input), output: .string(limit: 1 << 24),
            error: .string(limit: 1 << 20))
        guard case .exited(0) = result.terminationStatus else {
            throw Refused(message: "\(arguments): \(result.standardError)")
        }
        return result.standardOutput
    }

    package struct Refused: Error {
        package let message: String
    }

    private func text(of commit: Commit) -> [UInt8] {
        let time = Self.firstSecond + 60 * commit.mark
        var text = "commit refs/heads/\(commit.branch)\nmark :\(commit.mark)\n"
        text += "author \(commit.author) \(time) +0100\n"
        text += "committer Fleetmark Test <test@example.org> \(time + 5) +0000\n"
        text += "data \(commit.message.utf8.count)\n\(commit.message)\n"
        for (index, parent) in commit.parents.enumerated() {
            let name = hashes[parent] ?? ":\(parent)"
            text += index == 0 ? "from \(name)\n" : "merge \(name)\n"
        }
        var bytes = Array(text.utf8)
        for file in commit.files {
            if file.mode == "160000" {
                let target = String(decoding: file.content, as: UTF8.self)
                bytes += Array("M 160000 \(target) \(file.path)\n".utf8)
            } else {
                bytes += Array("M \(file.mode) inline \(file.path)\n".utf8)
                bytes += Array("data \(file.content.count)\n".utf8) + file.content + [10]
            }
        }
        return bytes + [10]
    }
}

/// A folder of one test, removed with it.
package final class TestFolder: Sendable {
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory.path() + "fleetmark-git-\(UUID())"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
