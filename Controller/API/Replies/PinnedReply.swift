import FleetModel
import Storage
import WebSupport

/// The pinned baseline, and rows against it, as they travel.
enum PinnedReply {
    /// `measured`: series that have a point of its commit.
    static func value(_ history: [PinnedBaselineStore.Entry], measured: Int) -> JSONValue {
        let newest = history.first.flatMap { $0.pin == nil ? nil : $0 }
        var members = newest.map(Self.members) ?? [:]
        members["version"] = .integer(history.first?.version ?? 0)
        members["series"] = .integer(measured)
        members["history"] = .array(history.map { .members(Self.members($0)) })
        return .members(members)
    }

    private static func members(
        _ entry: PinnedBaselineStore.Entry
    ) -> [String: JSONValue?] {
        [
            "version": .integer(entry.version), "commit": entry.pin.map { .string($0.commit.text) },
            "release": entry.pin?.release.map { .string($0) },
            "repository_id": entry.pin.map { .string($0.repository.text) },
            "host_class": entry.pin?.hostClass.map { .string($0) },
            "note": entry.note.map { .string($0) }, "by": .string(entry.author),
            "at_us": .integer(entry.createdAt.microseconds),
        ]
    }

    /// A row against the pinned baseline.
    static func value(_ pinned: PinnedShift) -> JSONValue {
        var members: [String: JSONValue?] = [
            "commit": .string(pinned.commit.text), "release": pinned.release.map { .string($0) },
            "run_id": .string(pinned.run.text), "median": .real(pinned.median),
            "direction": .string(pinned.direction.rawValue),
            "decision": .string(pinned.decision.rawValue),
            "reasons": .array(pinned.reasons.map { .string($0) }),
        ]
        let numbers: [(String, Double?)] = [
            ("shift_rel", pinned.shift?.relative), ("p", pinned.p),
            ("p_adjusted", pinned.adjustedP), ("noise_rel", pinned.noise?.relative),
        ]
        for (name, value) in numbers { members[name] = value.map { .real($0) } }
        if let shift = pinned.shift, let low = shift.low, let high = shift.high {
            members["ci_rel"] = .object([
                "low": .real(low), "high": .real(high), "level": .real(shift.level),
            ])
        }
        return .members(members)
    }

    /// What has crept in since the pinned baseline; nil while nothing has.
    static func warning(on rows: [ComparisonStore.RowRecord]) -> JSONValue? {
        let losses = PinnedLosses(rows)
        guard let worst = losses.rows.first, let pinned = worst.pinned,
            let shift = pinned.shift
        else { return nil }
        let count = losses.rows.count
        let tenths = (abs(shift.relative) * 1_000).rounded() / 10
        let text =
            "\(count) result\(count == 1 ? " is" : "s are") worse than the pinned baseline "
            + "\(pinned.name), \(worst.benchmark) \(worst.metric.name) by \(tenths) %"
            + (count == 1 ? "." : " most.")
        return .object(["reason": "pinned_regressed", "text": .string(text)])
    }
}
