package import FleetModel

/// How one benchmark ended.
package struct CaseRecord: Codable, Sendable, Equatable {
    /// Since the attempt's start.
    package let at: Nanoseconds
    package let benchmark: String
    package let parameters: Parameters
    package let role: RevisionRole
    package let state: CaseState
    /// An error class of the formats, or a failure detail.
    package let errorClass: String?
    /// At most 2,000 characters.
    package let message: String?
    package let iterations: Int64
    /// Always present for `ok`.
    package let stop: StopReason?
    package let halfWidthShare: Double?
    /// What was measured in visits before this one was warm-up still and is not judged; absent
    /// where nothing was.
    package let firstVisit: Int?
    /// By metric.
    package let headline: [String: Headline]?

    package init(
        at: Nanoseconds, benchmark: String, parameters: Parameters = .none, role: RevisionRole,
        state: CaseState, errorClass: String? = nil, message: String? = nil, iterations: Int64,
        stop: StopReason? = nil, halfWidthShare: Double? = nil, firstVisit: Int? = nil,
        headline: [String: Headline]? = nil
    ) {
        self.at = at
        self.benchmark = benchmark
        self.parameters = parameters
        self.role = role
        self.state = state
        self.errorClass = errorClass
        self.message = message
        self.iterations = iterations
        self.stop = stop
        self.halfWidthShare = halfWidthShare
        self.firstVisit = firstVisit
        self.headline = headline
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case benchmark
        case parameters = "params"
        case role
        case state
        case errorClass = "class"
        case message
        case iterations
        case stop
        case halfWidthShare = "half_width_rel"
        case firstVisit = "first_visit"
        case headline
    }
}

extension CaseRecord {
    /// The one number of a metric that people are shown.
    package struct Headline: Codable, Sendable, Equatable {
        package let value: Double
        package let statistic: String

        package init(
            value: Double, statistic: String
        ) {
            self.value = value
            self.statistic = statistic
        }

        private enum CodingKeys: String, CodingKey {
            case value
            case statistic
        }
    }
}

extension CaseRecord {
    package func validate() throws(FieldProblem) {
        try FieldCheck.name("benchmark", benchmark)
        try FieldCheck.parameters(parameters.values)
        try FieldCheck.text("class", errorClass ?? "")
        try FieldCheck.text("message", message ?? "", limit: Failure.messageLimit)
        try FieldCheck.count("iterations", iterations)
        try FieldCheck.count("first_visit", firstVisit ?? 0)
        guard state != .ok || stop != nil else {
            throw FieldProblem("/stop", "A case that is ok says why it stopped.")
        }
        if let halfWidthShare { try FieldCheck.finite("half_width_rel", halfWidthShare) }
        for (metric, headline) in headline ?? [:] {
            try FieldCheck.slug("headline", metric)
            try FieldCheck.finite("headline/\(metric)/value", headline.value)
        }
    }
}
