/// How many jobs the matrix of one run may become.
package struct MatrixLimits: Hashable, Sendable {
    /// Cells of one run.
    package let cells: Int

    package static let usual = MatrixLimits(cells: 64)

    package init(cells: Int) { self.cells = cells }

    /// For people; nil for what may be run.
    func refusal(of count: Int) -> String? {
        guard count > cells else { return nil }
        return
            "The matrix has \(count) cells, and a run has at most \(cells) here: ask for some of "
            + "them (--matrix AXIS=VALUE), leave some out of the file (matrix.exclude), or let the "
            + "operator raise --matrix-cells-max."
    }
}
