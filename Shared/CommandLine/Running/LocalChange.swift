import FoundationEssentials
import ProjectFile

/// What differs between a commit and the working copy, as a patch that git applies elsewhere.
struct LocalChange: Sendable {
    /// The controller takes no longer ones.
    static let byteLimit = 10 << 20

    /// Which differences are meant.
    enum Part: Sendable, Equatable {
        /// Of files that git knows.
        case tracked
        /// Those in the index.
        case staged
        /// Also of files that git does not know and does not ignore.
        case untracked
    }

    /// Whole hash.
    let base: String
    let patch: String
    let files: [File]
    /// Files that were left out, for the reader.
    let remarks: [String]

    struct File: Sendable, Equatable {
        let name: String
        /// Lines; nothing for bytes that are no text.
        let added: Int?
        let removed: Int?
    }

    static func read(
        _ part: Part, since base: String, in copy: WorkingCopy
    ) async throws(CommandFailure) -> LocalChange {
        var index: String?
        if part == .untracked { index = try await fullIndex(of: copy) }
        defer { index.map { _ = try? FileManager.default.removeItem(atPath: $0) } }
        let sides = part == .tracked ? [base] : ["--cached", base]
        // The file that says what is measured comes from the commit.
        let paths = ["--", ":/"] + ProjectFile.candidatePaths.map { ":(top,exclude)\($0)" }
        // Whatever the reader's own configuration says of diffs.
        let form = [
            "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-relative", "-U3",
            "--ignore-submodules=all",
        ]
        let bytes: [UInt8]
        do throws(CommandFailure) {
            bytes = try await copy.output(
                ["diff", "--binary", "--full-index", "--src-prefix=a/", "--dst-prefix=b/"] + form
                    + sides + paths, limitBytes: byteLimit, index: index)
        } catch {
            throw tooLong(error)
        }
        guard let patch = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(
                .usage, "not_utf8", "the change has lines that are not UTF-8",
                try: "commit it on a branch that the controller can fetch, and use trigger")
        }
        let numbers = try await copy.output(
            ["diff", "--numstat", "-z"] + form + sides + paths, index: index)
        return LocalChange(
            base: base, patch: patch, files: files(numbers),
            remarks: try await remarks(part, sides, copy))
    }

    /// A patch that is there already, on the commit that it was made for.
    static func read(file path: String, on base: String) throws(CommandFailure) -> LocalChange {
        let bytes = try TextFile.bytes(path, limitBytes: byteLimit)
        guard let patch = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.usage, "not_utf8", "\(path) is not UTF-8")
        }
        let lines = patch.split(separator: "\n")
        // Git's own line names what is deleted, renamed or binary, too; other tools write none.
        let named = lines.filter { $0.hasPrefix("diff --git ") }
        let files = (named.isEmpty ? lines.filter { $0.hasPrefix("+++ ") } : named)
            .compactMap { $0.split(separator: " ").last.map(String.init) }
            .filter { $0 != "/dev/null" }.map { File(name: $0, added: nil, removed: nil) }
        return LocalChange(base: base, patch: patch, files: Self.distinct(files), remarks: [])
    }

    private static func distinct(_ files: [File]) -> [File] {
        var seen: Set<String> = []
        return files.filter { seen.insert($0.name).inserted }
    }

    /// An index beside the working copy's own that has all files.
    private static func fullIndex(of copy: WorkingCopy) async throws(CommandFailure) -> String {
        let path = FileManager.default.temporaryDirectory.path() + "fleetmark-index-\(UUID())"
        let own = try await copy.output([
            "rev-parse", "--path-format=absolute", "--git-path", "index",
        ])
        let text = String(decoding: own.prefix { $0 != 10 }, as: UTF8.self)
        // Without the times of the own index git would read every file.
        try? FileManager.default.copyItem(atPath: text, toPath: path)
        _ = try await copy.output(["add", "--all", "--", ":/"], index: path)
        return path
    }

    private static func tooLong(_ failure: CommandFailure) -> CommandFailure {
        guard failure.cause?.contains("limit") == true else { return failure }
        return CommandFailure(
            .usage, "patch_too_long", "the change is longer than \(byteLimit >> 20) MiB",
            try: "commit it on a branch that the controller can fetch, and use trigger")
    }

    /// `added<tab>removed<tab>name`, each ended by NUL; `-` for bytes that are no text.
    private static func files(_ bytes: [UInt8]) -> [File] {
        bytes.split(separator: 0).compactMap { entry in
            let parts = entry.split(separator: 9, maxSplits: 2, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            guard parts.count == 3 else { return nil }
            return File(name: parts[2], added: Int(parts[0]), removed: Int(parts[1]))
        }
    }

    private static func remarks(
        _ part: Part, _ sides: [String], _ copy: WorkingCopy
    ) async throws(CommandFailure) -> [String] {
        var remarks: [String] = []
        let changed = try await copy.output(
            ["diff", "--name-only", "--no-ext-diff"] + sides + ["--"]
                + ProjectFile.candidatePaths.map { ":/" + $0 })
        if !changed.isEmpty {
            remarks.append(
                "fleetmark.yaml is changed, too: the committed one says what is measured")
        }
        let modules = try await submodules(sides, copy)
        if modules > 0 {
            let names = modules == 1 ? "1 submodule is" : "\(modules) submodules are"
            remarks.append("\(names) at another commit and left out: the base's own is built")
        }
        guard part != .untracked else { return remarks }
        let unknown = try await copy.output(
            ["ls-files", "--others", "--exclude-standard", "-z", "--", ":/"], limitBytes: 16 << 20)
        let count = unknown.count { $0 == 0 }
        if count > 0 {
            let files = count == 1 ? "1 file" : "\(count) files"
            remarks.append("\(files) that git does not know left out; --untracked takes them along")
        }
        return remarks
    }

    /// How many are at another commit than the base says.
    private static func submodules(
        _ sides: [String], _ copy: WorkingCopy
    ) async throws(CommandFailure) -> Int {
        let changed = try await copy.output(
            [
                "diff", "--raw", "-z", "--no-ext-diff", "--diff-filter=M",
                "--ignore-submodules=dirty",
            ] + sides + ["--", ":/"], limitBytes: 16 << 20)
        return changed.split(separator: 0).count {
            String(decoding: $0, as: UTF8.self).hasPrefix(":160000 160000 ")
        }
    }
}
