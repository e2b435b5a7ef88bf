import BenchmarkFormats
import FleetModel
import Workspaces

extension ReadingWish {
    private static let filePrefix = "file:"

    /// What the reader is told, with the rules of the checkout's own file.
    func options(
        for entry: BenchmarkPlan, in checkout: String
    ) throws(CaseFailure.Thrown) -> ParseOptions {
        var options = ParseOptions(skipIterations: skipIterations)
        guard let rules else { return options }
        let json =
            rules.hasPrefix(Self.filePrefix)
            ? try Self.file(String(rules.dropFirst(Self.filePrefix.count)), in: checkout)
            : Array(rules.utf8)
        do throws(RuleSet.Fault) {
            options.rules = try RuleSet(json, name: entry.name)
        } catch {
            throw Self.refused("The rules of \(entry.name) cannot be used: \(error).")
        }
        return options
    }

    private static func file(
        _ path: String, in checkout: String
    ) throws(CaseFailure.Thrown) -> [UInt8] {
        guard let pattern = GlobPattern(path) else {
            throw refused("The path of the rules '\(path.prefix(200))' leaves the checkout.")
        }
        do throws(ResultFolder.Failure) {
            if let found = try ResultFolder(path: checkout).read(GlobList(pattern)).first {
                return found.bytes
            }
        } catch {
            throw refused("The rules cannot be read: \(error)")
        }
        throw refused("The file of rules '\(path.prefix(200))' is missing.")
    }

    private static func refused(_ message: String) -> CaseFailure.Thrown {
        CaseFailure.Thrown(CaseFailure(.suiteInvalid, message))
    }
}
