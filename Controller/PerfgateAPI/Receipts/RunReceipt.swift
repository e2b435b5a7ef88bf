import FleetModel
import Storage
import WebSupport

/// A receipt of `perfgate run`, checked and in its canonical form.
///
/// Source: perfgate contract, §5. The order of fields decides the content hash.
enum RunReceipt {
    /// - Throws: what does not fit, with its pointer: 422.
    static func read(_ value: JSONValue) throws(JSONShapeFailure) -> BaselineReceipt {
        let text = try shape.canonical(value, at: "/receipt")
        var medians: [String: JSONValue] = [:]
        let stats = value["stats"]
        for metric in PerfgateMetric.allCases {
            if case .number(let median) = stats[metric.rawValue]["median"] {
                medians[metric.rawValue] = .number(median)
            }
        }
        return BaselineReceipt(text: text, medians: JSONValue.object(medians).text)
    }

    static let tool = ReceiptShape.object([.needed("name", .text), .needed("version", .text)])

    static let run = ReceiptShape.object([
        .needed("id", .text), .needed("started_at", .text), .needed("ended_at", .text),
        .needed("host", host),
    ])

    private static let host = ReceiptShape.object([
        .needed("os", .text), .needed("arch", .text), .maybe("cpu_count", .unsigned32),
        .maybe("memory_bytes", .unsigned64), .maybe("hostname_hash", .text),
    ])

    private static let bench = ReceiptShape.object([
        .needed("name", .text), .maybe("cwd", .text),
        .needed("command", .list(.text)), .needed("repeat", .unsigned32),
        .needed("warmup", .unsigned32), .maybe("work_units", .unsigned64),
        .maybe("timeout_ms", .unsigned64),
    ])

    /// Counted for each sample and summed up in `stats`, in this order.
    private static let counters = [
        "cpu_ms", "page_faults", "ctx_switches", "max_rss_kb", "io_read_bytes", "io_write_bytes",
        "network_packets", "energy_uj", "binary_bytes",
    ]

    private static let sample = ReceiptShape.object(
        [
            .needed("wall_ms", .unsigned64), .needed("exit_code", .signed32),
            ReceiptField(name: "warmup", shape: .flag, presence: .usual("false")),
            ReceiptField(name: "timed_out", shape: .flag, presence: .usual("false")),
        ] + counters.map { ReceiptField.maybe($0, .unsigned64) } + [
            .maybe("stdout", .text), .maybe("stderr", .text),
        ])

    private static func summary(of value: ReceiptShape) -> ReceiptShape {
        .object([
            .needed("median", value), .needed("min", value), .needed("max", value),
            .maybe("mean", .real), .maybe("stddev", .real),
        ])
    }

    private static let stats = ReceiptShape.object(
        [.needed("wall_ms", summary(of: .unsigned64))]
            + counters.map { ReceiptField.maybe($0, summary(of: .unsigned64)) }
            + [.maybe("throughput_per_s", summary(of: .real))])

    static let shape = ReceiptShape.object([
        .needed("schema", .text), .needed("tool", tool), .needed("run", run),
        .needed("bench", bench), .needed("samples", .list(sample)), .needed("stats", stats),
    ])
}

/// What perfgate measures.
enum PerfgateMetric: String, CaseIterable, Sendable {
    case binaryBytes = "binary_bytes"
    case cpu = "cpu_ms"
    case contextSwitches = "ctx_switches"
    case energy = "energy_uj"
    case bytesRead = "io_read_bytes"
    case bytesWritten = "io_write_bytes"
    case residentMemory = "max_rss_kb"
    case networkPackets = "network_packets"
    case pageFaults = "page_faults"
    case throughput = "throughput_per_s"
    case wall = "wall_ms"

    var lowerIsBetter: Bool { self != .throughput }

    static var words: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension JSONValue {
    /// A member of an object; null when there is none.
    subscript(name: String) -> JSONValue {
        guard case .object(let members) = self else { return .null }
        return members[name] ?? .null
    }

    var textOrNil: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var itemsOrNone: [JSONValue] {
        guard case .array(let items) = self else { return [] }
        return items
    }
}
