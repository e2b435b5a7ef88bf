import Subprocess

/// git as the caller runs it, on files that are the caller's own.
struct LocalGit: Sendable {
    let environment: [String: String]

    private static let outputLimitBytes = 4 << 20

    struct Reply: Sendable {
        let succeeded: Bool
        let output: [UInt8]
        let message: String

        /// The first line; empty when git said nothing.
        var line: String {
            String(decoding: output, as: UTF8.self).split(separator: "\n").first.map(String.init)
                ?? ""
        }
    }

    /// - Throws: when git cannot be started at all.
    func run(
        _ arguments: [String], in folder: String, adding variables: [String: String] = [:]
    ) async throws(LocalFailure) -> Reply {
        var all: [Environment.Key: String] = [:]
        for (name, value) in environment.merging(variables, uniquingKeysWith: { _, own in own }) {
            // Variables of a hook would lead git elsewhere than to the folder.
            guard !name.hasPrefix("GIT_") || variables[name] != nil,
                let key = Environment.Key(rawValue: name)
            else { continue }
            all[key] = value
        }
        do {
            let result = try await Subprocess.run(
                .name("git"), arguments: Arguments(["-C", folder] + arguments),
                environment: .custom(all), input: .none,
                output: .bytes(limit: Self.outputLimitBytes), error: .bytes(limit: 65_536))
            return Reply(
                succeeded: result.terminationStatus == .exited(0), output: result.standardOutput,
                message: String(decoding: result.standardError, as: UTF8.self))
        } catch {
            throw .failed("git cannot be run: \(error)")
        }
    }

    /// As `run`, for calls that have no reason to fail.
    func require(
        _ operation: String, _ arguments: [String], in folder: String,
        adding variables: [String: String] = [:]
    ) async throws(LocalFailure) -> Reply {
        let reply = try await run(arguments, in: folder, adding: variables)
        guard reply.succeeded else {
            throw .failed("git could not \(operation): \(Self.words(reply.message))")
        }
        return reply
    }

    private static func words(_ message: String) -> String {
        message.split(separator: "\n").prefix(3).joined(separator: "; ")
    }
}
