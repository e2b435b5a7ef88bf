/// Reads the total from what cachegrind wrote, in pieces of any size.
///
/// Format: cg_annotate's, "Cachegrind output file format" in the valgrind manual. Lines before
/// `events:` describe, lines after it count, and the last is `summary:`. The program under test
/// can write such files too, so nothing in them is believed to be well formed.
package struct CachegrindOutput: Sendable {
    /// Of a line, only this much is kept: the two that matter are shorter.
    private static let keptBytes = 256

    private var line: [UInt8] = []
    private var lineIsCut = false
    private var events: String?
    private var summary: String?
    private var fault: String?

    package init() {}

    package mutating func take(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if byte == 10 {
                endLine()
            } else if line.count < Self.keptBytes {
                line.append(byte)
            } else {
                lineIsCut = true
            }
        }
    }

    /// - Returns: instructions executed, or what is wrong with the file.
    package mutating func finish() -> Result<UInt64, Fault> {
        if !line.isEmpty { endLine() }
        if let fault { return .failure(Fault(fault)) }
        guard let events else { return .failure(Fault("it does not say what was counted")) }
        guard events == "Ir" else { return .failure(Fault("it counts something else")) }
        guard let summary else { return .failure(Fault("it ends before its summary")) }
        guard !summary.isEmpty, summary.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return .failure(Fault("its summary is no number"))
        }
        guard let total = UInt64(summary) else {
            return .failure(Fault("its summary does not fit in 64 bits"))
        }
        return .success(total)
    }

    /// Why a file cannot be used.
    package struct Fault: Error, Sendable, Equatable {
        package let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    private mutating func endLine() {
        defer {
            line.removeAll(keepingCapacity: true)
            lineIsCut = false
        }
        if summary != nil, !line.isEmpty { fault = fault ?? "it goes on after its summary" }
        if let text = value(after: "events:") {
            if events != nil { fault = fault ?? "it says twice what was counted" }
            events = text
        } else if let text = value(after: "summary:") {
            summary = text
        }
    }

    private func value(after key: String) -> String? {
        guard line.starts(with: key.utf8) else { return nil }
        if lineIsCut { return "" }
        var rest = line.dropFirst(key.utf8.count)
        while let first = rest.first, first == 32 { rest.removeFirst() }
        while let last = rest.last, last == 32 { rest.removeLast() }
        return String(decoding: rest, as: UTF8.self)
    }
}
