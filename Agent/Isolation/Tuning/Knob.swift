/// One line of the catalogue.
package struct Knob: Sendable {
    /// Row of the table in isolation-and-counters.md, section 4.2.
    package let row: Int
    package let name: String
    /// What it is good for, one short line for operators.
    package let purpose: String
    /// In which profiles it is set; it is recorded in all.
    package let profiles: Set<TuningProfile>
    /// Computed when its turn comes: what earlier knobs did is in the files.
    private let read: @Sendable (TuningHost) -> [KnobSetting]

    init(
        _ row: Int, _ name: String, _ purpose: String, in profiles: Set<TuningProfile> = [],
        _ read: @escaping @Sendable (TuningHost) -> [KnobSetting]
    ) {
        self.row = row
        self.name = name
        self.purpose = purpose
        self.profiles = profiles
        self.read = read
    }

    /// In the order in which they are to be set; outside of its profiles nothing is wanted.
    package func settings(on host: TuningHost) -> [KnobSetting] {
        let settings = read(host)
        guard !profiles.contains(host.profile) else { return settings }
        return settings.map { setting in
            var setting = setting
            setting.wanted = nil
            return setting
        }
    }
}

extension Set<TuningProfile> {
    /// Wherever the host is tuned at all.
    static let tuned: Self = [.default, .strict, .fixedFrequency]
}
