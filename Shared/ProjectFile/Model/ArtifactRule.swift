/// Files of a run that are kept.
package struct ArtifactRule: Sendable {
    package enum Occasion: String, Sendable { case always, failure, regression }

    package let paths: [Template]
    package let occasion: Occasion
    /// Nothing: the project's limit.
    package let retain: Duration?

    init(_ table: SettingTable) {
        paths = table.templates("paths")
        occasion = table.word("when")
        retain = table.duration("retain")
    }
}
