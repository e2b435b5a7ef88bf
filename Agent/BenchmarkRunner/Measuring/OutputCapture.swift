import Isolation
import Synchronization

/// What one execution printed: all of standard output up to a limit, and the end of everything.
///
/// Filled on the launch's thread and held in memory, so that a repetition sees no disk work.
final class OutputCapture: Sendable {
    /// Standard output past this is not read as a result.
    static let resultBytes = 64 << 20
    /// Of each end, for the log.
    static let logBytes = 64 << 10
    private static let tailBytes = 4096
    private static let tailLines = 20

    private struct State {
        var output: [UInt8] = []
        var outputIsCut = false
        var head: [UInt8] = []
        var tail: [UInt8] = []
        var left: Int64 = 0
    }

    private let keepsOutput: Bool
    private let state = Mutex(State())

    /// `keepsOutput`: whether standard output holds results.
    init(keepsOutput: Bool) { self.keepsOutput = keepsOutput }

    func add(_ chunk: OutputChunk) {
        state.withLock { state in
            if keepsOutput, chunk.stream == .out {
                let room = Self.resultBytes - state.output.count
                state.output += chunk.bytes.prefix(max(0, room))
                state.outputIsCut = state.outputIsCut || chunk.bytes.count > room
            }
            let first = min(chunk.bytes.count, max(0, Self.logBytes - state.head.count))
            state.head += chunk.bytes.prefix(first)
            state.tail += chunk.bytes.dropFirst(first)
            if state.tail.count > 2 * Self.logBytes {
                state.left += Int64(state.tail.count - Self.logBytes)
                state.tail.removeFirst(state.tail.count - Self.logBytes)
            }
        }
    }

    /// `nil` when it was longer than `resultBytes`.
    var standardOutput: [UInt8]? {
        state.withLock { $0.outputIsCut ? nil : $0.output }
    }

    /// Both streams for the log, with a mark where bytes are left out.
    var logText: [UInt8] {
        state.withLock { state in
            guard state.left > 0 else { return state.head + state.tail }
            let mark = "\n[fleetmark] \(state.left) bytes left out\n"
            return state.head + Array(mark.utf8) + state.tail
        }
    }

    /// The last lines, without control characters and foreign bytes.
    var lastLines: String {
        let bytes = state.withLock { Array(($0.head + $0.tail).suffix(Self.tailBytes)) }
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(whereSeparator: \.isNewline).suffix(Self.tailLines)
        return lines.map { line in
            String(
                String.UnicodeScalarView(
                    line.unicodeScalars.filter {
                        $0.properties.generalCategory != .control || $0 == "\t"
                    }))
        }.joined(separator: "\n")
    }
}
