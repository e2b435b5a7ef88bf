import FleetModel
import Testing

@testable import BenchmarkRunner

/// Under which parameters a tool's results are kept.
@Suite struct ToolParametersTests {
    private static let given = Parameters(["matrix.opt": "O3", "size": "64"])

    struct Case: Sendable {
        let tool: [String: String]
        let expected: [String: String]
    }

    @Test(arguments: [
        Case(tool: [:], expected: [:]),
        Case(tool: ["threads": "2"], expected: ["threads": "2"]),
        Case(tool: ["size": "64"], expected: [:]),
        Case(tool: ["matrix.opt": "fast"], expected: ["tool.matrix.opt": "fast"]),
        Case(tool: ["size": "1k"], expected: ["tool.size": "1k"]),
        Case(
            tool: ["size": "1k", "tool.size": "2k"],
            expected: ["tool.tool.size": "1k", "tool.size": "2k"]),
    ])
    func `what the file says stands, and nothing of the tool is lost`(_ given: Case) {
        let joined = Self.given.joined(withTool: given.tool)
        #expect(joined.values == Self.given.values.merging(given.expected) { $1 })
    }
}
