import Synchronization

/// Counts and times the calls of all listeners.
///
/// Paths are the routes' templates and unknown methods are one, so that nothing from outside makes
/// a figure of its own.
package final class CallMeter: MetricSource {
    private struct Key: Hashable, Comparable {
        let method: String
        let path: String
        let status: Int

        static func < (first: Key, second: Key) -> Bool {
            (first.path, first.method, first.status) < (second.path, second.method, second.status)
        }
    }

    private struct State {
        var inFlight = 0
        var calls: [Key: LatencySketch] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    func begin() { state.withLock { $0.inFlight += 1 } }

    /// HTTP/2 takes any word as a method.
    private static let methods: Set = [
        "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE",
    ]

    func end(method: String, path: String, status: Int, seconds: Double) {
        let method = Self.methods.contains(method) ? method : "other"
        let key = Key(method: method, path: path, status: status)
        state.withLock { state in
            state.inFlight -= 1
            state.calls[key, default: LatencySketch()].add(seconds: seconds)
        }
    }

    /// Adds the families under both names: the field's own and that of perfgate's dashboards.
    package func write(to text: inout MetricText) {
        let (inFlight, calls) = state.withLock { ($0.inFlight, $0.calls) }
        let sorted = calls.sorted { $0.key < $1.key }
        for prefix in ["http", "perfgate_server"] {
            let (seconds, total) = ("request_duration_seconds", "requests_total")
            text.add(
                "\(prefix)_\(seconds)", .summary, help: "Time to answer a call.",
                sorted.flatMap { Self.summary($0.key, $0.value) })
            text.add(
                "\(prefix)_\(total)", .counter, help: "Calls that were answered.",
                sorted.map { .init(Double($0.value.count), labels: Self.labels($0.key)) })
            text.add(
                "\(prefix)_requests_in_flight", .gauge, help: "Calls that are being answered.",
                [.init(Double(inFlight))])
        }
    }

    private static func labels(_ key: Key) -> [(name: String, value: String)] {
        // Parameters are written as perfgate's dashboards know them.
        let path = key.path.replacing("{", with: ":").replacing("}", with: "")
        return [("method", key.method), ("path", path), ("status", "\(key.status)")]
    }

    private static func summary(_ key: Key, _ sketch: LatencySketch) -> [MetricText.Sample] {
        let labels = labels(key)
        let quantiles = [0.5, 0.9, 0.99].compactMap { share in
            sketch.quantile(share).map {
                MetricText.Sample($0, labels: labels + [("quantile", "\(share)")])
            }
        }
        return quantiles + [
            .init(sketch.sum, labels: labels, suffix: "_sum"),
            .init(Double(sketch.count), labels: labels, suffix: "_count"),
        ]
    }
}
