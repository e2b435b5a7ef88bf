import BenchmarkFormats
import FleetModel
import Glibc
import Isolation
import Workspaces

/// Where the files of one execution of a tool appear.
struct ResultSource {
    private static let placeholder = "{{results}}"

    /// The patterns below one folder, in their order.
    private struct Root {
        let folder: ResultFolder
        var patterns: GlobList
    }

    private var roots: [Root] = []

    /// `nil` for results on standard output.
    init?(
        _ entry: BenchmarkPlan, results: String, _ checkout: String
    ) throws(CaseFailure.Thrown) {
        guard case .files(let globs) = entry.output else { return nil }
        // Of a folder only what is read: its pictures would fill the room there is.
        let isFolder = FormatCatalogue.entry(entry.format)?.isFolder == true
        for glob in globs {
            var text = isFolder ? "\(glob)/**/new/*.json"[...] : glob[...]
            let isExclusion = text.hasPrefix("!")
            if isExclusion { text = text.dropFirst() }
            var path = checkout
            if text.hasPrefix(Self.placeholder) {
                path = results
                text = text.dropFirst(Self.placeholder.count)
                while text.hasPrefix("/") { text.removeFirst() }
                if text.isEmpty { text = "**/*" }
            }
            guard let pattern = GlobPattern(String(text)) else {
                throw CaseFailure.Thrown(
                    CaseFailure(
                        .suiteInvalid,
                        "The results pattern '\(glob.prefix(200))' leaves the checkout."))
            }
            add(pattern, isExclusion, below: path)
        }
    }

    private mutating func add(_ pattern: GlobPattern, _ isExclusion: Bool, below path: String) {
        let index = roots.firstIndex { $0.folder.path == path }
        if index == nil {
            roots.append(Root(folder: ResultFolder(path: path), patterns: GlobList()))
        }
        roots[index ?? roots.count - 1].patterns.add(pattern, isExclusion: isExclusion)
    }

    /// Removes what an earlier execution left.
    ///
    /// Returns: why something stays.
    func clear() -> CaseFailure.Thrown? {
        do throws(ResultFolder.Failure) {
            for root in roots { try root.folder.clear(root.patterns) }
            return nil
        } catch {
            return CaseFailure.Thrown(
                CaseFailure(.badOutput, "Results of an earlier execution stay: \(error)"))
        }
    }

    /// What an execution that succeeded left; without a source what it printed.
    static func files(
        _ source: ResultSource?, _ capture: OutputCapture
    ) -> Result<[ResultFolder.Found], CaseFailure.Thrown> {
        guard let source else {
            guard let bytes = capture.standardOutput else {
                return refused(.badOutput, "Standard output is longer than 64 MiB.")
            }
            guard !bytes.isEmpty else {
                return refused(.noOutput, "The benchmark printed nothing.")
            }
            return .success([ResultFolder.Found(path: "standard output", bytes: bytes)])
        }
        do throws(ResultFolder.Failure) {
            var found: [ResultFolder.Found] = []
            for root in source.roots { found += try root.folder.read(root.patterns) }
            guard !found.isEmpty else {
                return .failure(
                    CaseFailure.Thrown(
                        CaseFailure("no_results", "No result file matches `results`.")))
            }
            return .success(found)
        } catch {
            return refused(.badOutput, "\(error)")
        }
    }

    private static func refused(
        _ detail: FailureDetail, _ message: String
    ) -> Result<[ResultFolder.Found], CaseFailure.Thrown> {
        .failure(CaseFailure.Thrown(CaseFailure(detail, message)))
    }

    /// Makes the empty folder of one execution beside the checkout, where only the agent can put
    /// anything in its place.
    static func freshFolder(
        _ name: String, beside checkout: String, owner: ProcessIdentity?
    ) throws(RunnerStop) -> String {
        let parent = checkout.lastIndex(of: "/").map { String(checkout[..<$0]) } ?? checkout
        let path = "\(parent)/\(name)"
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw refused(path) }
        if let owner {
            guard unsafe lchown(path, owner.uid, owner.gid) == 0 else { throw refused(path) }
        }
        return path
    }

    private static func refused(_ path: String) -> RunnerStop {
        let code = errno
        let isFull = code == ENOSPC || code == EDQUOT
        return .failed(
            Failure(
                .infraHost, isFull ? .diskFull : .other,
                "The folder \(path) cannot be made (errno \(code))."))
    }
}
