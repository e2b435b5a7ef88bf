import Isolation

/// Which required items of isolation a host without control groups and namespaces gives.
enum RequiredIsolation {
    private static let given: Set<String> = [
        "affinity", "cpus", "no_new_privs", "unprivileged_user", "aslr", "isolation.none",
    ]

    /// The required items that this host cannot give, in the order asked for.
    static func missing(_ required: [String], level: IsolationReceipt.Level) -> [String] {
        required.filter { item in
            if item == "isolation.partial" { return level == .none }
            return !given.contains(item)
        }
    }
}
