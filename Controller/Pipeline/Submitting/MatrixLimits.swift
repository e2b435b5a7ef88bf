/// How many jobs the matrix of one run may become.
package struct MatrixLimits: Hashable, Sendable {
    /// Cells of one run.
    package let cells: Int
    /// A change that nobody committed travels with each job: all of them together.
    private let patchBytes = 64 << 20

    package static let usual = MatrixLimits(cells: 64)

    package init(cells: Int) { self.cells = cells }

    /// For people; nil for what may be run.
    func refusal(of count: Int, patchBytes bytes: Int) -> String? {
        guard count <= cells else {
            return "The matrix has \(count) cells, and a run has at most \(cells) here: ask for "
                + "some of them (--matrix AXIS=VALUE), leave some out of the file "
                + "(matrix.exclude), or let the operator raise --matrix-cells-max."
        }
        guard bytes <= patchBytes / max(1, count) else {
            return "The change has \(bytes) bytes and would travel to each of \(count) cells "
                + "of the matrix; together they may have \(patchBytes >> 20) MiB. Ask for fewer "
                + "cells (--matrix AXIS=VALUE), or commit the change."
        }
        return nil
    }
}
