import LinuxSystem

/// Clock and hardware threads.
enum FrequencySettings {
    /// Only a switch that is really there has the values `on` and `off`.
    static func siblings(_ host: TuningHost) -> [KnobSetting] {
        let path = "\(TuningHost.processors)/smt/control"
        let canBeSet = host.files.line(path).map { ["on", "off"].contains($0) } ?? false
        return [KnobSetting("smt", path, wanted: canBeSet ? "off" : nil)]
    }

    /// A policy's own switch where all have one: the global one would overwrite what stood there.
    static func boost(_ host: TuningHost) -> [KnobSetting] {
        let own = host.frequencyPolicies.map { "\($0)/boost" }
        guard !own.isEmpty, own.allSatisfy({ host.files.exists($0) }) else {
            return [
                KnobSetting("boost", "\(TuningHost.processors)/cpufreq/boost", wanted: "0")
            ]
        }
        return own.map { KnobSetting("boost", $0, wanted: "0") }
    }

    static func governors(_ host: TuningHost) -> [KnobSetting] {
        host.frequencyPolicies.flatMap { policy in
            var settings = [
                KnobSetting("governor", "\(policy)/scaling_governor", wanted: "performance")
            ]
            let preference = "\(policy)/energy_performance_preference"
            if host.files.exists(preference) {
                settings.append(
                    KnobSetting(
                        "governor", preference, wanted: "performance",
                        excuse: "the governor decides it"))
            }
            return settings
        }
    }

    /// The kernel wants the lower limit below the upper one at every moment.
    static func fixed(_ host: TuningHost) -> [KnobSetting] {
        host.frequencyPolicies.flatMap { policy -> [KnobSetting] in
            let files = host.files
            let base =
                files.number("\(policy)/base_frequency")
                ?? files.number("\(policy)/cpuinfo_max_freq")
            let wanted = base.map(String.init)
            let low = KnobSetting("frequency", "\(policy)/scaling_min_freq", wanted: wanted)
            let high = KnobSetting("frequency", "\(policy)/scaling_max_freq", wanted: wanted)
            let isRaise = (base ?? 0) > (files.number(high.path) ?? .max)
            return isRaise ? [high, low] : [low, high]
        }
    }
}
