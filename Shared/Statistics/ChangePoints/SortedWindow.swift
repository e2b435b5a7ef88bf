/// The values around one of a series, in ascending order, moved along from value to value.
struct SortedWindow {
    /// Room for the values, between one that is below and one that is above all; twice, since a
    /// move reads the one and writes the other.
    private var room: [Double]
    private let size: Int
    private let count: Int

    /// Of the finite value at `index` and so many on each side as there are, up to `halfWindow`.
    init(_ values: [Double], around index: Int, _ halfWindow: Int) {
        let held = values[
            max(0, index - halfWindow)..<min(values.count, index + halfWindow + 1)]
        size = 2 * halfWindow + 1
        count = held.count
        let missing = [Double](repeating: .infinity, count: size + 1 - count)
        let buffer = [-.infinity] + held.sorted() + missing
        room = buffer + buffer
    }

    mutating func withBuffers<Result>(_ body: (inout Buffers) -> Result) -> Result {
        room.withUnsafeMutableBufferPointer { room in
            let half = size + 2
            var buffers = Buffers(
                now: UnsafeMutableBufferPointer(rebasing: room[..<half]),
                next: UnsafeMutableBufferPointer(rebasing: room[half...]), count: count)
            return body(&buffers)
        }
    }

    struct Buffers {
        fileprivate var now: UnsafeMutableBufferPointer<Double>
        fileprivate var next: UnsafeMutableBufferPointer<Double>
        fileprivate var count: Int

        var ascending: UnsafeBufferPointer<Double> {
            UnsafeBufferPointer(rebasing: now[1...count])
        }

        /// Takes `new` in for `old`, which must be there; nil for none.
        mutating func replace(_ old: Double?, _ new: Double?) {
            count += (new == nil ? 0 : 1) - (old == nil ? 0 : 1)
            let (gone, come) = (old ?? .infinity, new ?? .infinity)
            // Each place is decided for itself, so that this can be done several at a time: of the
            // values without the old one, the new one or what bounds it here.
            for place in 1..<now.count - 1 {
                let below = now[place - 1] < gone ? now[place - 1] : now[place]
                let above = now[place] < gone ? now[place] : now[place + 1]
                let least = come > below ? come : below
                next[place] = least < above ? least : above
            }
            swap(&now, &next)
        }
    }
}
