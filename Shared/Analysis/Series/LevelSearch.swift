import Statistics

/// By which algorithm and options the levels of a series are told apart.
///
/// Source: statistics specification, §9.2 (`otava`) and §9.3 (`fleet`).
package struct LevelSearch: Hashable, Sendable {
    enum Detector: Hashable, Sendable {
        case fleet(FleetDetector)
        case otava(OtavaDetector)
    }

    let detector: Detector

    /// The default, for which a smaller relative change is none.
    init(ignoring magnitude: Double) {
        detector = .fleet(
            magnitude > 0 ? FleetDetector.standard.ignoring(below: magnitude) : .standard)
    }

    /// `fleet` or `otava`.
    package var algorithm: String {
        switch detector {
        case .fleet: "fleet"
        case .otava: "otava"
        }
    }

    /// Of the algorithm, and the revision of what is made of its answers.
    package var algorithmVersion: String {
        switch detector {
        case .fleet(let detector): "\(detector.edition.rawValue).1"
        case .otava: "0.8.0"
        }
    }
}

/// A place at which a level begins, whichever algorithm found it.
struct LevelStep: Hashable, Sendable {
    /// First value of the new level; above 0.
    let index: Int
    /// Where the change may as well lie; the place alone, where the algorithm does not say.
    let range: ClosedRange<Int>
    let isConfirmed: Bool
    let meanBefore: Double
    let meanAfter: Double
    /// As the algorithm gives it: `fleet` corrects it for the search, `otava` does not.
    let p: Double

    init(_ change: FleetDetector.ChangePoint) {
        index = change.index
        range = change.range
        isConfirmed = change.isConfirmed
        meanBefore = change.meanBefore
        meanAfter = change.meanAfter
        p = change.adjustedP
    }

    init(_ change: OtavaDetector.ChangePoint) {
        index = change.index
        range = change.index...change.index
        isConfirmed = change.isConfirmed
        meanBefore = change.meanBefore
        meanAfter = change.meanAfter
        p = change.p
    }
}
