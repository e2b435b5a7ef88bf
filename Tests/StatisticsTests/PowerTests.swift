import Testing

@testable import Statistics

@Suite struct PowerTests {
    static let repetitions = Vectors.cases("power", op: "repetitions")
    static let effects = Vectors.cases("power", op: "mde")

    @Test func `all reference cases are read`() {
        #expect(Self.repetitions.count == 8)
        #expect(Self.effects.count == 5)
    }

    @Test(arguments: repetitions)
    func `repetitions agree with the reference`(_ given: VectorCase) throws {
        let found = try Power.repetitions(
            deviation: #require(given.double("sd")), delta: #require(given.double("delta")),
            alpha: #require(given.double("alpha")), power: #require(given.double("power")))
        let members = ["n_per_group": Value(found.perGroup), "power": Value(found.power)]
        Vectors.expect(.object(members), equals: given.expect, in: given)
    }

    @Test(arguments: effects)
    func `the minimal detectable effect agrees with the reference`(_ given: VectorCase) throws {
        let found = try Power.minimalDetectableEffect(
            deviation: #require(given.double("sd")),
            perGroup: Int(#require(given.double("n_per_group"))),
            alpha: #require(given.double("alpha")), power: #require(given.double("power")))
        Vectors.expect(.object(["mde": Value(found)]), equals: given.expect, in: given)
    }

    @Test func `more repetitions see smaller effects`() throws {
        var last = Double.infinity
        for size in [2, 3, 5, 10, 50, 1000, Power.largestGroup] {
            let effect = try Power.minimalDetectableEffect(deviation: 2, perGroup: size)
            #expect(effect < last)
            last = effect
        }
    }

    @Test func `requests outside the domains are refused`() {
        #expect(throws: StatisticsFailure.self) {
            try Power.repetitions(deviation: 1, delta: 1e-9)
        }
        #expect(throws: StatisticsFailure.self) { try Power.repetitions(deviation: 1, delta: 0) }
        #expect(throws: StatisticsFailure.self) {
            try Power.minimalDetectableEffect(deviation: 1, perGroup: 1)
        }
        #expect(throws: StatisticsFailure.self) {
            try Power.minimalDetectableEffect(deviation: .nan, perGroup: 5)
        }
    }
}
