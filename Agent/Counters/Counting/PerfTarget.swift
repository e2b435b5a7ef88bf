/// Whose work an event counts.
package enum PerfTarget: Sendable, Hashable {
    /// A process, 0 for the caller, on every processor.
    case process(Int32)
    /// A control group on one processor. `folder`: a descriptor of it.
    case group(folder: Int32, cpu: Int32)
    /// Everybody on one processor.
    case processor(Int32)

    /// Needs more rights than counting a process.
    var isWide: Bool {
        if case .process = self { return false }
        return true
    }

    /// For the message about a process that may not be counted; 0 for what is none.
    var process: Int32 {
        if case .process(let number) = self { return number }
        return 0
    }
}
