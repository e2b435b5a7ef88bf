/// What is wrong between the keys of one policy, in a project file and in a policy document.
struct PolicyChecks {
    let policy: SettingTable
    private(set) var problems: ProblemList

    init(_ policy: SettingTable, _ problems: ProblemList) {
        self.policy = policy
        self.problems = problems
    }

    mutating func run() {
        if let least = policy.integer("min_sample_size"),
            let most = policy.integer("max_sample_size"), least > most
        {
            add(.outOfRange, "min_sample_size", "is above `max_sample_size`, which is \(most)")
        }
        if let lower = policy["lower"]?.number, let upper = policy["upper"]?.number,
            lower > upper, policy.text("test") == "static"
        {
            add(.outOfRange, "lower", "is above `upper`")
        }
        if let baseline = policy.text("baseline"), baseline != "last_n" {
            add(.conflict, "n", "is used only with `baseline: last_n`")
        }
        guard let test = policy.text("test") else { return }
        if ["change_point", "budget"].contains(test) {
            for key in ["lower", "upper", "min_sample_size", "max_sample_size", "mirror"] {
                add(.conflict, key, "is not used by the test `\(test)`")
            }
        }
        for key in ["lower", "upper"] { checkDomain(key, of: test) }
    }

    /// Source: statistics.md section 5, "boundary domain".
    private mutating func checkDomain(_ key: String, of test: String) {
        guard let value = policy[key]?.number else { return }
        switch test {
        case "percentage", "iqr", "delta_iqr":
            if value < 0 { add(.outOfRange, key, "of `\(test)` is 0 or more") }
        case "z_score", "t_test", "log_normal":
            if !(value >= 0.5 && value < 1) {
                add(.outOfRange, key, "of `\(test)` is a probability from 0.5 to below 1")
            }
        default: break
        }
    }

    private mutating func add(
        _ code: ProjectFileProblem.Code, _ key: String, _ message: String
    ) {
        guard let setting = policy[key], let place = setting.place else { return }
        problems.add(code, setting.path, place, "`\(setting.path.text)` \(message)")
    }
}
