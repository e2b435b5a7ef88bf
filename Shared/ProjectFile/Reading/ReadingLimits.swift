/// How much a project file may be (project-file.md section 4).
package struct ReadingLimits: Sendable {
    package var fileBytes = 256 * 1_024
    package var scalarBytes = 64 * 1_024
    package var depth = 32
    package var aliases = 100
    /// Counted with every alias as what it stands for.
    package var nodes = 20_000

    package init() {}
}
