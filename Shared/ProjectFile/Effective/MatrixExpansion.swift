/// Axes, exclusions and inclusions → cells (project-file.md section 2.2).
struct MatrixExpansion {
    static let mostCells = 256

    private(set) var cells: [MatrixCell] = []
    /// Exclusions that left out nothing, by index.
    private(set) var idleExclusions: [Int] = []
    private(set) var isTooLarge = false
    /// All axes, also those that only inclusions name.
    let axisNames: Set<String>

    init(
        axes: [(name: String, values: [String])], include: [[String: String]],
        exclude: [[String: String]]
    ) {
        axisNames = Set(axes.map(\.name) + include.flatMap(\.keys))
        guard let product = Self.product(axes) else {
            isTooLarge = true
            return
        }
        var kept = product
        for (index, pattern) in exclude.enumerated() {
            let before = kept.count
            kept.removeAll { cell in pattern.allSatisfy { cell[$0.key] == $0.value } }
            if before == kept.count { idleExclusions.append(index) }
        }
        let ownAxes = Set(axes.map(\.name))
        var added: [[String: String]] = []
        for extra in include {
            var isExtending = false
            for index in kept.indices where Self.extends(extra, kept[index], ownAxes) {
                kept[index].merge(extra) { _, new in new }
                isExtending = true
            }
            if !isExtending { added.append(extra) }
        }
        let all = kept + added
        isTooLarge = all.count > Self.mostCells
        cells = isTooLarge ? [] : all.map { MatrixCell(values: $0) }
        if axes.isEmpty && include.isEmpty { cells = [MatrixCell(values: [:])] }
    }

    /// An inclusion extends a cell when it changes none of the axes' own values, and names one.
    private static func extends(
        _ extra: [String: String], _ cell: [String: String], _ ownAxes: Set<String>
    ) -> Bool {
        extra.allSatisfy { !ownAxes.contains($0.key) || cell[$0.key] == $0.value }
    }

    /// All combinations, the last axis fastest; nothing when there are absurdly many. Without
    /// axes there are none: only inclusions make cells then.
    private static func product(
        _ axes: [(name: String, values: [String])]
    ) -> [[String: String]]? {
        guard !axes.isEmpty else { return [] }
        var cells: [[String: String]] = [[:]]
        for axis in axes {
            // Exclusions may bring a larger product down to what is allowed.
            guard cells.count * axis.values.count <= 4_096 else { return nil }
            cells = cells.flatMap { cell in
                axis.values.map { value in
                    var next = cell
                    next[axis.name] = value
                    return next
                }
            }
        }
        return cells
    }
}
