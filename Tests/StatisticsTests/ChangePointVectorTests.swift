import Testing

@testable import Statistics

/// The reference vectors of splits and change points.
@Suite struct ChangePointVectorTests {
    static let splits = Vectors.cases("best-split", op: "best_split")
    static let otava = Vectors.cases("changepoints-otava", op: "changepoints")
    static let fleet = Vectors.cases("changepoints-fleet", op: "changepoints")
    static let appended = Vectors.cases("changepoints-append", op: "changepoints")

    @Test func `all reference cases are read`() {
        #expect(Self.splits.count == 12)
        #expect(Self.otava.count == 47)
        #expect(Self.fleet.count == 35)
        #expect(Self.appended.count == 8)
    }

    @Test(arguments: splits)
    func `the best split agrees with the reference`(_ given: VectorCase) throws {
        let start = try Int(#require(given.double("start")))
        let end = try Int(#require(given.double("end")))
        let found = try BestSplit.of(given.doubles("values"), in: start..<end)
        let members = ["index": Value(found.index), "qhat": Value(found.qhat)]
        Vectors.expect(.object(members), equals: given.expect, in: given)
    }

    @Test(arguments: otava)
    func `otava's change points agree with the reference`(_ given: VectorCase) throws {
        let found = try given.otava().changePoints(in: given.sparse("values"))
        Vectors.expect(Self.tree(found), equals: given.expect, in: given)
    }

    @Test(arguments: fleet)
    func `fleet's change points agree with the reference`(_ given: VectorCase) throws {
        let found = try given.fleet().changePoints(in: given.sparse("values"))
        Vectors.expect(Self.tree(found), equals: given.expect, in: given)
    }

    @Test(arguments: appended)
    func `appending gives the answer of the whole series`(_ given: VectorCase) throws {
        let start = try Int(#require(given.double("append_from")))
        let values = given.sparse("values")
        let found =
            given.params["algorithm"]?.text == "otava"
            ? Self.tree(try Self.append(values, from: start, by: given.otava()))
            : Self.tree(try Self.append(values, from: start, by: given.fleet()))
        Vectors.expect(found, equals: given.expect, in: given)
    }

    private static func append<Detector: LevelDetector>(
        _ values: [Double?], from start: Int, by detector: Detector
    ) throws -> [Detector.ChangePoint] {
        var series = ChangePointSeries(by: detector)
        try series.append(contentsOf: values[..<start])
        for value in values[start...] { try series.append(value) }
        return series.changePoints
    }

    private static func tree(_ points: [OtavaDetector.ChangePoint]) -> Value {
        let points = points.map { point in
            Value.object([
                "index": Value(point.index), "p": Value(point.p),
                "mean_before": Value(point.meanBefore), "mean_after": Value(point.meanAfter),
                "sd_before": Value(point.deviationBefore),
                "sd_after": Value(point.deviationAfter), "change": Value(point.change),
                "magnitude": Value(point.magnitude),
            ])
        }
        return .object(["change_points": .list(points)])
    }

    private static func tree(_ points: [FleetDetector.ChangePoint]) -> Value {
        let points = points.map { point in
            Value.object([
                "index": Value(point.index), "p_t": Value(point.tTestP),
                "p_rank": Value(point.rankP), "rho": Value(point.correlation),
                "p_adjusted": Value(point.adjustedP), "mean_before": Value(point.meanBefore),
                "mean_after": Value(point.meanAfter), "change": Value(point.change),
                "magnitude": Value(point.magnitude),
            ])
        }
        return .object(["change_points": .list(points)])
    }
}

extension VectorCase {
    fileprivate func sparse(_ key: String) -> [Double?] {
        params[key]?.list?.map(\.double) ?? []
    }

    fileprivate func otava() throws -> OtavaDetector {
        try OtavaDetector(
            window: Int(double("window") ?? 50), maximumP: double("max_p") ?? 0.001,
            minimumMagnitude: double("min_magnitude") ?? 0)
    }

    fileprivate func fleet() throws -> FleetDetector {
        var options = FleetDetector.Options()
        options.window = Int(double("window") ?? 50)
        return try FleetDetector(.first, options: options)
    }
}
