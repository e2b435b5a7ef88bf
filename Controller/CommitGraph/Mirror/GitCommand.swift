import Subprocess

/// Runs git to its end, within a time and an amount of output. The program is the `git` of PATH in
/// the call's environment.
struct GitCommand: Sendable {
    let clock: any Clock<Duration>

    /// What one git process did.
    struct Reply: Sendable {
        let status: Int32
        let output: [UInt8]
        /// Standard error; bytes that are not UTF-8 are replaced.
        let message: String

        var succeeded: Bool { status == 0 }
        var lines: [Substring] {
            String(decoding: output, as: UTF8.self).split(separator: "\n")
        }
    }

    enum Failure: Error, Equatable {
        case timedOut(Duration)
        case outputTooLarge
        case cancelled
        case notStarted(String)
    }

    struct Call: Sendable {
        var arguments: [String]
        var environment: [String: String]
        var outputLimitBytes = 64 << 20
        var timeout: Duration = .seconds(60)
    }

    private static let messageLimitBytes = 256 << 10

    func run(_ call: Call) async throws(Failure) -> Reply {
        let outcome = await withTaskGroup(of: Result<Reply, Failure>.self) { group in
            group.addTask { await start(call) }
            group.addTask {
                do {
                    try await clock.sleep(for: call.timeout)
                    return .failure(.timedOut(call.timeout))
                } catch {
                    return .failure(.cancelled)
                }
            }
            let first = await group.next() ?? .failure(.cancelled)
            group.cancelAll()
            return first
        }
        return try outcome.get()
    }

    private func start(_ call: Call) async -> Result<Reply, Failure> {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
        ]
        var environment: [Environment.Key: String] = [:]
        for (name, value) in call.environment {
            guard let key = Environment.Key(rawValue: name) else { continue }
            environment[key] = value
        }
        do {
            let result = try await Subprocess.run(
                .name("git"), arguments: Arguments(call.arguments),
                environment: .custom(environment), platformOptions: options, input: .none,
                output: .bytes(limit: call.outputLimitBytes),
                error: .bytes(limit: Self.messageLimitBytes))
            return .success(Self.reply(result.terminationStatus, result))
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            return .failure(.outputTooLarge)
        } catch is CancellationError {
            return .failure(.cancelled)
        } catch {
            return .failure(Task.isCancelled ? .cancelled : .notStarted("\(error)"))
        }
    }

    private static func reply(
        _ status: TerminationStatus,
        _ result: ExecutionResult<Void, BytesOutput, BytesOutput>
    ) -> Reply {
        let number: Int32
        switch status {
        case .exited(let code): number = code
        case .signaled(let signal): number = 128 + signal
        }
        return Reply(
            status: number, output: result.standardOutput,
            message: String(decoding: result.standardError, as: UTF8.self))
    }
}
