import Statistics

extension LevelSearch {
    package enum Algorithm: String, Hashable, Sendable, CaseIterable { case fleet, otava }

    /// The specification's options; nil is the default. Each belongs to one algorithm or to both.
    package struct Options: Hashable, Sendable, Decodable {
        package let window: Int?
        package let weakP: Double?
        package let alpha: Double?
        package let minimumSegment: Int?
        package let minimumMagnitude: Double?
        package let clipHalfWindow: Int?
        package let clipReach: Double?
        package let maximumP: Double?

        private enum CodingKeys: String, CodingKey {
            case window, alpha
            case weakP = "weak_p"
            case minimumSegment = "min_segment"
            case minimumMagnitude = "min_magnitude"
            case clipHalfWindow = "hampel_half_window"
            case clipReach = "hampel_k"
            case maximumP = "max_p"
        }

        /// None at all, unless some are named.
        package init(
            window: Int? = nil, weakP: Double? = nil, alpha: Double? = nil,
            minimumSegment: Int? = nil, minimumMagnitude: Double? = nil,
            clipHalfWindow: Int? = nil, clipReach: Double? = nil, maximumP: Double? = nil
        ) {
            self.window = window
            self.weakP = weakP
            self.alpha = alpha
            self.minimumSegment = minimumSegment
            self.minimumMagnitude = minimumMagnitude
            self.clipHalfWindow = clipHalfWindow
            self.clipReach = clipReach
            self.maximumP = maximumP
        }

        /// Each that is given, alone, by its name.
        fileprivate var each: [(name: String, alone: Options)] {
            let all: [(CodingKeys, Options?)] = [
                (.window, window.map { Options(window: $0) }),
                (.weakP, weakP.map { Options(weakP: $0) }),
                (.alpha, alpha.map { Options(alpha: $0) }),
                (.minimumSegment, minimumSegment.map { Options(minimumSegment: $0) }),
                (.minimumMagnitude, minimumMagnitude.map { Options(minimumMagnitude: $0) }),
                (.clipHalfWindow, clipHalfWindow.map { Options(clipHalfWindow: $0) }),
                (.clipReach, clipReach.map { Options(clipReach: $0) }),
                (.maximumP, maximumP.map { Options(maximumP: $0) }),
            ]
            return all.compactMap { key, alone in alone.map { (key.rawValue, $0) } }
        }
    }

    /// What else may be asked of change points.
    package struct Wishes: Hashable, Sendable {
        package let algorithm: Algorithm
        package let options: Options

        package init(_ algorithm: Algorithm = .fleet, _ options: Options = Options()) {
            self.algorithm = algorithm
            self.options = options
        }
    }

    /// An option that cannot be, or that the algorithm has not.
    package struct Refusal: Error, Hashable {
        package let option: String
        package let message: String
    }

    /// `magnitude` is the smallest relative change, where no wish names one.
    init(_ wishes: Wishes, ignoring magnitude: Double) throws(Refusal) {
        let own = wishes.algorithm.options
        for (name, alone) in wishes.options.each {
            guard own.contains(name) else {
                throw Refusal(
                    option: name,
                    message: "\(name) is no option of \(wishes.algorithm.rawValue), which has "
                        + own.joined(separator: ", "))
            }
            // Each by itself, so that the refusal can name it.
            do {
                _ = try wishes.algorithm.detector(alone, magnitude)
            } catch {
                throw Refusal(option: name, message: "\(error)")
            }
        }
        do {
            detector = try wishes.algorithm.detector(wishes.options, magnitude)
        } catch {
            throw Refusal(option: "", message: "\(error)")
        }
    }
}

extension LevelSearch.Algorithm {
    /// By their names on the wire.
    package var options: [String] {
        switch self {
        case .fleet:
            [
                "window", "weak_p", "alpha", "min_segment", "min_magnitude", "hampel_half_window",
                "hampel_k",
            ]
        case .otava: ["window", "max_p", "min_magnitude"]
        }
    }

    fileprivate func detector(
        _ wishes: LevelSearch.Options, _ magnitude: Double
    ) throws(StatisticsFailure) -> LevelSearch.Detector {
        let least = wishes.minimumMagnitude ?? magnitude
        guard self == .fleet else {
            return .otava(
                try OtavaDetector(
                    window: wishes.window ?? 50, maximumP: wishes.maximumP ?? 0.001,
                    minimumMagnitude: least))
        }
        var options = FleetDetector.standard.options
        options.window = wishes.window ?? options.window
        options.weakP = wishes.weakP ?? options.weakP
        options.alpha = wishes.alpha ?? options.alpha
        options.minimumSegment = wishes.minimumSegment ?? options.minimumSegment
        options.minimumMagnitude = least
        options.clipHalfWindow = wishes.clipHalfWindow ?? options.clipHalfWindow
        options.clipReach = wishes.clipReach ?? options.clipReach
        return .fleet(try FleetDetector(FleetDetector.standard.edition, options: options))
    }
}
