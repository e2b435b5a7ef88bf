import LinuxSystem

/// Gives the measured processors a part of the last cache that nobody else fills
/// (Documentation/arch/x86/resctrl.rst).
enum CacheSettings {
    static let folder = "/sys/fs/resctrl"

    /// Wanted only where the kernel knows the file system.
    static func mounted(_ host: TuningHost) -> [KnobSetting] {
        let known = (try? host.files.content(of: "/proc/filesystems")) ?? ""
        let isKnown = known.split(whereSeparator: \.isWhitespace).contains("resctrl")
        guard isKnown else { return [] }
        return [KnobSetting("resctrl_mount", folder, kind: .mount, wanted: "resctrl")]
    }

    /// The others' share is taken first, so that no way is ever in two groups.
    static func group(_ host: TuningHost) -> [KnobSetting] {
        let files = host.files
        guard let schemata = try? files.content(of: "\(folder)/schemata"),
            let full = files.line("\(folder)/info/L3/cbm_mask").flatMap({ UInt64($0, radix: 16) }),
            let split = split(full, least: files.number("\(folder)/info/L3/min_cbm_bits") ?? 1)
        else { return [] }
        let domains = domains(of: ValueForm.cacheLine.token(of: schemata))
        guard !domains.isEmpty, !host.measuring.isEmpty else { return [] }
        let group = "\(folder)/fm-\(host.span)"
        return [
            KnobSetting("cache_share", group, kind: .folder, wanted: "present"),
            KnobSetting(
                "cache_share", "\(folder)/schemata", form: .cacheLine,
                wanted: line(domains, split.others)),
            KnobSetting(
                "cache_share", "\(group)/schemata", form: .cacheLine,
                wanted: line(domains, split.measured)),
            KnobSetting(
                "cache_share", "\(group)/cpus_list", form: .list,
                wanted: CPUList.text(of: host.measuring)),
        ]
    }

    /// A quarter of the ways for the others, at least as many as the processor demands; both
    /// parts are contiguous, as most processors want them.
    ///
    /// - Returns: `nil` where nothing would be left for one of them.
    static func split(_ full: UInt64, least: Int) -> (others: UInt64, measured: UInt64)? {
        let ways = full.nonzeroBitCount
        let others = max(1, least, ways / 4)
        guard full.trailingZeroBitCount == 0, others < ways, ways - others >= max(1, least),
            ways < 64, full == (1 << UInt64(ways)) - 1
        else { return nil }
        let low = (UInt64(1) << UInt64(others)) - 1
        return (low, full & ~low)
    }

    /// The numbers before each `=` of `L3:0=7ff;1=7ff`.
    private static func domains(of line: String) -> [String] {
        guard line.hasPrefix("L3:") else { return [] }
        return line.dropFirst(3).split(separator: ";").compactMap { part in
            part.split(separator: "=").first.map(String.init)
        }
    }

    private static func line(_ domains: [String], _ mask: UInt64) -> String {
        "L3:" + domains.map { "\($0)=\(String(mask, radix: 16))" }.joined(separator: ";")
    }
}
