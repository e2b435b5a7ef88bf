import FoundationEssentials
import Synchronization

@testable import CommandLine

/// Runs the whole program in this process, with surroundings of the test's own.
struct Program {
    struct Ended {
        let status: CommandStatus
        let answer: String
        let notices: String
        /// The pauses it wanted to make.
        let pauses: [Duration]
    }

    var environment: [String: String] = ["LANG": "C.UTF-8", "FLEETMARK_API_KEY": "pg_test"]
    var directory = "/"
    var terminal = Surroundings.Terminal(noticesAreTerminal: false, inputIsTerminal: false)
    var input = ""
    /// Bytes of the answer that somebody reads.
    var room = Int.max
    /// Microseconds since 1970; each look at the clock is one second later.
    var now: Int64 = 1_795_247_000_000_000

    init(server: FakeController? = nil) {
        if let server { environment["FLEETMARK_SERVER"] = server.address }
    }

    func run(_ arguments: String...) async -> Ended { await run(arguments) }

    func run(_ arguments: [String]) async -> Ended {
        let answer = MemorySink(room: room)
        let notices = MemorySink()
        var surroundings = Surroundings(
            environment: environment, directory: directory, answer: answer, notices: notices,
            terminal: terminal)
        let input = input
        surroundings.readInput = { _ in Array(input.utf8) }
        let parts = Parts(input)
        surroundings.readInputPart = { parts.next() }
        let clock = Clock(now)
        surroundings.nowMicroseconds = { clock.next() }
        let pauses = Pauses()
        surroundings.pause = { pauses.note($0) }
        let status = await FleetmarkProgram.run(arguments, in: surroundings)
        return Ended(
            status: status, answer: answer.text, notices: notices.text, pauses: pauses.all)
    }

    private final class Clock: Sendable {
        private let now: Mutex<Int64>

        init(_ start: Int64) {
            now = Mutex(start)
        }

        func next() -> Int64 {
            now.withLock {
                $0 += 1_000_000
                return $0
            }
        }
    }

    /// Input in parts of seven bytes, so that lines and characters are cut.
    private final class Parts: Sendable {
        private let rest: Mutex<ArraySlice<UInt8>>

        init(_ text: String) {
            rest = Mutex(Array(text.utf8)[...])
        }

        func next() -> [UInt8] {
            rest.withLock { rest in
                defer { rest = rest.dropFirst(7) }
                return Array(rest.prefix(7))
            }
        }
    }

    private final class Pauses: Sendable {
        private let made = Mutex<[Duration]>([])

        var all: [Duration] { made.withLock { $0 } }

        func note(_ pause: Duration) { made.withLock { $0.append(pause) } }
    }
}

/// Starts a controller, runs `body`, stops it.
func withController<Result>(
    _ script: @escaping FakeController.Script, _ body: (FakeController) async throws -> Result
) async throws -> Result {
    let server = try await FakeController.start(script)
    do {
        let result = try await body(server)
        try await server.stop()
        return result
    } catch {
        try? await server.stop()
        throw error
    }
}

/// A folder of its own for each call, removed afterwards.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = FileManager.default.temporaryDirectory.path + "/fleetmark-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}
