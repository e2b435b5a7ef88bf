/// Reads what `perf script -F comm,event,ip,sym,dso` writes: of each sample a line with program and
/// event, its frames from the leaf on, each after a tab, and an empty line.
///
/// Source: perf-script(1); builtin-script.c of the kernel.
package struct PerfScriptText: Sendable {
    package private(set) var stacks = FoldedStacks()
    /// What was sampled, as perf names it; nil before the first sample.
    package private(set) var event: String?
    private var lines = LineCutter()
    private var program: String?
    /// From the leaf on.
    private var frames: [String] = []
    private var isCut = false

    package init() {}

    package mutating func take(_ bytes: [UInt8]) {
        // The cutter may not be used while it is read from.
        var cutter = lines
        cutter.take(bytes) { read($0) }
        lines = cutter
    }

    package mutating func finish() {
        var cutter = lines
        cutter.finish { read($0) }
        lines = cutter
        endSample()
    }

    private mutating func read(_ line: String) {
        if line.isEmpty { return endSample() }
        guard line.hasPrefix("\t") else { return begin(line) }
        guard let frame = Self.frame(line) else { return }
        // Two of them are the program and the mark of what is cut.
        if frames.count < FoldedStacks.depthLimit - 2 { frames.append(frame) } else { isCut = true }
    }

    /// `PROGRAM EVENT: `, where the program's name may have blanks.
    private mutating func begin(_ line: String) {
        endSample()
        let words = line.split(separator: " ")
        guard let last = words.last, last.hasSuffix(":"), words.count > 1 else {
            program = words.joined(separator: " ")
            return
        }
        event = event ?? String(last.dropLast())
        program = words.dropLast().joined(separator: " ")
    }

    private mutating func endSample() {
        if let program {
            let root = isCut ? [program, "[callers left out]"] : [program]
            stacks.add(root + frames.reversed(), count: 1)
            if isCut { stacks.isTruncated = true }
        }
        program = nil
        frames = []
        isCut = false
    }

    /// `ADDRESS SYMBOL (FILE)`; the file stands for a symbol that is not known.
    private static func frame(_ line: String) -> String? {
        let text = line.drop { $0 == "\t" || $0 == " " }
        guard let blank = text.firstIndex(of: " ") else { return nil }
        var rest = text[text.index(after: blank)...]
        var file: Substring = ""
        // Names may have parentheses too; a file begins with a slash or, made up, a bracket.
        let places = [" (/", " (["].compactMap { rest.lastRange(of: $0)?.lowerBound }
        if rest.hasSuffix(")"), let open = places.max() {
            file = rest[open...].dropFirst(2).dropLast()
            rest = rest[..<open]
        }
        guard rest == "[unknown]" else { return String(rest) }
        let name = file.split(separator: "/").last ?? "unknown"
        return name.hasPrefix("[") ? String(name) : "[\(name)]"
    }
}

extension Substring {
    fileprivate func lastRange(of text: String) -> Range<Index>? {
        var place = endIndex
        while place > startIndex {
            place = index(before: place)
            if self[place...].hasPrefix(text) {
                return place..<index(place, offsetBy: text.count)
            }
        }
        return nil
    }
}
