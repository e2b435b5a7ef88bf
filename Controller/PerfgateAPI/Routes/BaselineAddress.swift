import WebSupport

/// What stands behind `baselines/` in a path: a benchmark and what is asked of it.
struct BaselineAddress: Hashable, Sendable {
    enum End: Hashable, Sendable {
        case latest, promote, trend
        case version(String)

        /// The path below that of the API, as figures, logs and descriptions call it.
        var template: String {
            let part =
                switch self {
                case .latest: "latest"
                case .promote: "promote"
                case .trend: "trend"
                case .version: "versions/{version}"
                }
            return "/projects/{project}/baselines/{benchmark}/" + part
        }
    }

    let benchmark: String
    let end: End

    /// Of the parts as they came, still percent-encoded; nil for a path that asks for nothing.
    init?(_ parts: [Substring]) throws(APIError) {
        let name: ArraySlice<Substring>
        switch parts.last {
        // A version may have any name.
        case let version? where parts.count > 2 && parts.dropLast().last == "versions":
            (name, end) = (parts.dropLast(2), .version(try Self.decoded(version)))
        case "latest"?: (name, end) = (parts.dropLast(), .latest)
        case "promote"?: (name, end) = (parts.dropLast(), .promote)
        case "trend"?: (name, end) = (parts.dropLast(), .trend)
        default: return nil
        }
        guard !name.isEmpty else { return nil }
        benchmark = try Self.decoded(name.joined(separator: "/"))
    }

    private static func decoded(_ text: some StringProtocol) throws(APIError) -> String {
        guard let decoded = PercentEncoding.decoded(text) else {
            throw APIError(.invalidValue, "The path is not percent-encoded UTF-8.")
        }
        return decoded
    }
}
