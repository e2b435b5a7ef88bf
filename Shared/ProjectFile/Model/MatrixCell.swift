import FleetModel

/// One variant of the build: axis → value. A file without a matrix has one empty cell.
package struct MatrixCell: Hashable, Sendable {
    package let values: [String: String]

    /// Of the params that are axes.
    static let prefix = "matrix."

    package init(values: [String: String]) {
        self.values = values
    }

    package var substitutions: [Placeholder: String] {
        var result: [Placeholder: String] = [:]
        for (axis, value) in values { result[.matrix(axis)] = value }
        return result
    }

    /// As params of a series: `matrix.AXIS`.
    package var parameters: [String: String] {
        var result: [String: String] = [:]
        for (axis, value) in values { result[Self.prefix + axis] = value }
        return result
    }

    /// For people: `cc=gcc, opt=O2`; empty without a matrix.
    package var text: String { Parameters(values).text }

    /// Whether it has these values of these axes.
    package func has(_ wanted: [String: String]) -> Bool {
        wanted.allSatisfy { values[$0.key] == $0.value }
    }

    /// Whether every axis of `filter` that is named has one of its values.
    func fits(_ filter: [String: [String]]) -> Bool {
        filter.allSatisfy { axis, allowed in values[axis].map(allowed.contains) ?? false }
    }
}
