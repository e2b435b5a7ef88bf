import Subprocess

/// The git working copy that a command stands in, asked only for names and addresses.
struct WorkingCopy: Sendable {
    let directory: String
    let environment: [String: String]

    init(_ surroundings: Surroundings) {
        directory = surroundings.directory
        environment = surroundings.environment.filter { !$0.key.hasPrefix("FLEETMARK_") }
    }

    /// The whole hash of a commit that git knows here; nothing when it does not, or is absent.
    func commit(_ name: String) async -> String? {
        guard !name.isEmpty, name.utf8.count <= 1_024, !name.utf8.contains(0) else { return nil }
        let text = await git([
            "rev-parse", "--verify", "--quiet", "--end-of-options", "\(name)^{commit}",
        ])
        let hash = String((text ?? "").prefix { $0.isHexDigit })
        return [40, 64].contains(hash.utf8.count) ? hash : nil
    }

    /// The newest commit that HEAD and a branch have in common.
    func fork(from tip: String) async -> String? {
        await git(["merge-base", "HEAD", tip])?.firstLine
    }

    /// Where it was cloned from, and where it lies itself; empty when it is none.
    func addresses() async -> [String] {
        guard let top = await git(["rev-parse", "--show-toplevel"])?.firstLine else { return [] }
        let remotes = await git(["config", "--get-regexp", "^remote\\..*\\.url$"]) ?? ""
        let urls = remotes.split(separator: "\n").compactMap { line in
            line.firstIndex(of: " ").map { String(line[line.index(after: $0)...]) }
        }
        return [top] + urls
    }

    /// What a git command that ended well wrote to its standard output.
    ///
    /// `index`: instead of the working copy's own. Throws: what git said, or that it wrote more
    /// than the limit.
    func output(
        _ arguments: [String], limitBytes: Int = 1 << 20, index: String? = nil
    ) async throws(CommandFailure) -> [UInt8] {
        var variables = variables
        if let index, let key = Environment.Key(rawValue: "GIT_INDEX_FILE") {
            variables[key] = index
        }
        do {
            let result = try await Subprocess.run(
                .name("git"), arguments: Arguments(["-C", directory] + arguments),
                environment: .custom(variables), input: .none, output: .bytes(limit: limitBytes),
                error: .string(limit: 65_536))
            guard case .exited(0) = result.terminationStatus else {
                let said = result.standardError.split(separator: "\n").first ?? "it failed"
                throw CommandFailure(
                    .usage, "git_failed", "git \(arguments[0]) failed", why: "\(said)")
            }
            return result.standardOutput
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(
                .usage, "git_failed", "git \(arguments[0]) failed", why: "\(error)")
        }
    }

    private func git(_ arguments: [String]) async -> String? {
        let result = try? await Subprocess.run(
            .name("git"), arguments: Arguments(["-C", directory] + arguments),
            environment: .custom(variables), input: .none, output: .bytes(limit: 65_536),
            error: .discarded)
        guard let result, case .exited(0) = result.terminationStatus else { return nil }
        return String(decoding: result.standardOutput, as: UTF8.self)
    }

    private var variables: [Environment.Key: String] {
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        return variables
    }
}

extension String {
    fileprivate var firstLine: String? { split(separator: "\n").first.map(String.init) }
}
