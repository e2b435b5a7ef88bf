import Isolation

/// Whether a host gives the items of isolation that a job cannot do without.
enum RequiredIsolation {
    /// What every launch gives.
    private static let given: Set<String> = [
        "affinity", "cpus", "no_new_privs", "unprivileged_user", "aslr", "isolation.none",
    ]

    /// The required items that this host cannot give, in the order asked for.
    ///
    /// `level`: of the job's cores with all that keeps others off them. `possible`: what its
    /// launcher can put around a program.
    static func missing(
        _ required: [String], level: IsolationReceipt.Level, possible: Set<String>
    ) -> [String] {
        required.filter { item in
            switch item {
            case "isolation.partial": level == .none
            case "isolation.full": level != .full
            default: !given.contains(item) && !possible.contains(item)
            }
        }
    }

    /// Why a launch is not what the job cannot do without; `nil` when it is.
    static func shortfall(_ required: [String], reached level: String) -> String? {
        let enough =
            required.contains("isolation.full")
            ? ["full"]
            : required.contains("isolation.partial") ? ["full", "partial"] : nil
        guard let enough, !enough.contains(level) else { return nil }
        return "The job requires isolation that is \(enough[enough.count - 1]); this host reached "
            + "\(level). The receipt says what is missing."
    }
}
