import Storage
import WebSupport

/// What an isolation receipt says of one kind of launch.
struct LaunchReceipt {
    let members: [String: JSONValue]
    let reached: String

    /// `nil` for what cannot be read.
    init?(_ receipt: MeasurementStore.Receipt) {
        guard case .object(let members)? = try? JSONParser.parse(Array(receipt.body.utf8)),
            case .string(let reached)? = members["level_reached"]
        else { return nil }
        self.members = members
        self.reached = reached
    }

    /// An agent of an earlier version names no phase; what names a benchmark was measured then.
    var isOfMeasuring: Bool { phase == "measure" || phase == nil && members["benchmark"] != nil }

    private var phase: String? { text("phase") }

    private func text(_ member: String) -> String? {
        if case .string(let text)? = members[member] { text } else { nil }
    }

    /// One line for all launches that were not measured; `nil` for none that can be named.
    static func others(_ all: [Self]) -> String? {
        var lines: [String] = []
        for receipt in all {
            guard let phase = receipt.phase, phase != "measure" else { continue }
            let name = [phase, receipt.text("role")].compactMap(\.self).joined(separator: " ")
            let network = receipt.text("network").map { ", network \($0)" } ?? ""
            let line = "\(name): \(receipt.reached)\(network)"
            if !lines.contains(line) { lines.append(line) }
        }
        return lines.isEmpty ? nil : lines.joined(separator: "; ")
    }
}
