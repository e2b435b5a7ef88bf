import FleetModel
import FoundationEssentials
import ProjectFile

/// The suite that is measured, and the folder that it is about.
struct LocalProject: Sendable {
    let file: ProjectFile
    /// The folder that a checkout of it begins with, absolute.
    let root: String
    /// Where the file lies in it; `nil` for a command without a file.
    let path: String?
    let name: String

    private static let limitBytes = 256 << 10

    /// Reads the suite as it lies on disk, or as a revision has it.
    init(_ order: LocalOrder, git: LocalGit) async throws(LocalFailure) {
        let bytes: [UInt8]
        switch order.subject {
        case .command(let words):
            (root, path, name) = (order.workingFolder, nil, "command")
            bytes = Self.suite(of: words)
        case .suite(let given):
            let found: String
            if let given { found = given } else { found = try Self.nearest(order.workingFolder) }
            (root, path) = Self.place(of: found)
            name = root.split(separator: "/").last.map(String.init) ?? "project"
            bytes = try await Self.bytes(found, path ?? "", root, order.revision, git)
        }
        let parsed = ProjectFile.parse(bytes: bytes, fileName: path ?? "the command")
        guard let file = parsed.file else { throw .usage(parsed.report) }
        self.file = file
    }

    /// A file about one command.
    private static func suite(of words: [String]) -> [UInt8] {
        let list = words.map(JSONText.quoted).joined(separator: ", ")
        let name = words.first?.split(separator: "/").last.map(String.init) ?? "command"
        let plain = name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        let title = plain.first.map { $0.isLetter || $0.isNumber } == true ? plain : "command"
        return Array(
            "{version: 1, benchmarks: [{name: \(JSONText.quoted(title)), command: [\(list)]}]}".utf8
        )
    }

    private static func nearest(_ folder: String) throws(LocalFailure) -> String {
        let found: String?
        do throws(ProjectFile.TwoFiles) {
            found = try ProjectFile.nearest(from: folder) {
                FileManager.default.fileExists(atPath: $0)
            }
        } catch {
            throw .usage("there are two project files: \(error.paths.joined(separator: ", "))")
        }
        guard let found else {
            throw .usage(
                "there is no fleetmark.yaml here or above; `fleetmark init` writes one, and "
                    + "`fleetmark-agent local -- COMMAND` measures a command without one")
        }
        return found
    }

    /// The folder that a file is about, and its path there: a file in `.fleetmark` is about the
    /// folder above.
    private static func place(of file: String) -> (root: String, path: String) {
        var parts = file.split(separator: "/").map(String.init)
        var path = [parts.popLast() ?? ""]
        if parts.last == ".fleetmark", let folder = parts.popLast() { path.insert(folder, at: 0) }
        return ("/" + parts.joined(separator: "/"), path.joined(separator: "/"))
    }

    private static func bytes(
        _ file: String, _ path: String, _ root: String, _ revision: String?, _ git: LocalGit
    ) async throws(LocalFailure) -> [UInt8] {
        if let revision {
            let reply = try await git.run(["show", "\(revision):./\(path)"], in: root)
            guard reply.succeeded else {
                throw .usage("\(revision) has no \(path) here, or is no revision: " + reply.message)
            }
            return reply.output
        }
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw .usage("\(file) cannot be read")
        }
        guard bytes.count <= limitBytes else {
            throw .usage("\(file) is larger than a project file may be")
        }
        return Array(bytes)
    }
}
