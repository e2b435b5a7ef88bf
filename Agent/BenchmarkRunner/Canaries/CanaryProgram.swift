/// One of the fixed small programs that watch the host itself. Source: isolation-and-counters.md,
/// section 6.3; the last one is the control plane's (§2.4).
struct CanaryProgram: Sendable, Equatable {
    let name: String
    /// Whether it gets the size of a buffer.
    var takesSize = false

    /// The one of the short form.
    static let short = CanaryProgram(name: "alu")

    static let all = [
        short, CanaryProgram(name: "mem-bw", takesSize: true),
        CanaryProgram(name: "mem-lat", takesSize: true), CanaryProgram(name: "syscall"),
        CanaryProgram(name: "fork"), CanaryProgram(name: "io"),
    ]

    /// `NAME WORK CHECK ELAPSED_NS`, as `fleetmark-canary` prints it.
    ///
    /// Returns: seconds; `nil` for any other line.
    func seconds(of output: [UInt8]) -> Double? {
        let words = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 4, words[0] == name, let elapsed = Int64(words[3]), elapsed > 0
        else { return nil }
        return Double(elapsed) * 1e-9
    }

    /// Four times the last cache, so that it does not help; within what any host can spare.
    static func bufferBytes(lastCache: Int64?) -> Int64 {
        let wanted = (lastCache ?? 16 << 20).multipliedReportingOverflow(by: 4)
        let bytes = wanted.overflow ? Int64.max : wanted.partialValue
        return min(256 << 20, max(16 << 20, bytes))
    }
}
