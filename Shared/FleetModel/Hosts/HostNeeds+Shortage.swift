extension HostNeeds {
    /// Why none of the hosts gets the job, as half of a sentence.
    package struct Shortage: Hashable, Sendable {
        /// What none of them has; empty where each lacks something else.
        package let lacking: [String]
        package let hosts: Int

        package var text: String {
            let count = "\(hosts) \(hosts == 1 ? "host" : "hosts") of this class"
            return lacking.isEmpty
                ? "of \(count) none has all that `requires` asks for"
                : "`requires` asks for \(lacking.joined(separator: ", ")); of \(count) none has it"
        }
    }

    /// nil where one of the hosts meets all, and where there are no hosts.
    package func shortage(among hosts: [HostOffers]) -> Shortage? {
        let unmet = hosts.map { self.unmet(by: $0) }
        guard let first = unmet.first, unmet.allSatisfy({ !$0.isEmpty }) else { return nil }
        let lacking = first.filter { part in unmet.allSatisfy { $0.contains(part) } }
        return Shortage(lacking: lacking, hosts: hosts.count)
    }
}
