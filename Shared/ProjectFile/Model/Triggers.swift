/// When runs start by themselves.
package struct Triggers: Sendable {
    /// Nothing: the default branch.
    package let branches: [String]?
    package let tags: [String]
    /// Nothing: any changed file.
    package let paths: [String]?
    package let pullRequests: PullRequests
    package let schedules: [Schedule]
    /// Queue depth above which commits are skipped; nothing: never.
    package let coalesceDepth: Int?

    init(_ table: SettingTable) {
        branches = table["branches"]?.texts
        tags = table.texts("tags")
        paths = table["paths"]?.texts
        schedules = (table["schedules"]?.items ?? []).compactMap(\.section).map(Schedule.init)
        coalesceDepth = table.integer("coalesce")
        let word = table.text("pull_requests").flatMap(PullRequests.Mode.init(rawValue:))
        pullRequests = PullRequests(mode: word, table.section("pull_requests"))
    }
}

extension Triggers {
    package struct PullRequests: Sendable {
        package enum Mode: String, Sendable { case off, on, comment }
        package enum Forks: String, Sendable { case approve, never }

        package let mode: Mode
        /// Target branches; nothing: all.
        package let branches: [String]?
        package let includesDrafts: Bool
        package let forks: Forks

        init(mode: Mode?, _ table: SettingTable) {
            self.mode = mode ?? table.optionalWord("mode") ?? .on
            branches = table["branches"]?.texts
            includesDrafts = table.isTrue("drafts")
            forks = table.optionalWord("forks") ?? .approve
        }
    }

    package struct Schedule: Sendable {
        package enum Missed: String, Sendable {
            case runOnce = "run_once"
            case skip, all
        }

        /// Five fields, checked.
        package let cron: String
        package let timeZone: String
        package let branch: String?
        package let tags: [String]
        package let missed: Missed
        package let onlyIfChanged: Bool

        init(_ table: SettingTable) {
            cron = table.need("cron", \.text)
            timeZone = table.need("timezone", \.text)
            branch = table.text("branch")
            tags = table.texts("tags")
            missed = table.word("missed")
            onlyIfChanged = table.isTrue("if_changed")
        }
    }
}
