import Testing

@testable import Statistics

/// Expected values: forty-digit arithmetic.
@Suite struct DistributionTests {
    struct TCase: Sendable { let t, degrees, p: Double }
    struct ChiCase: Sendable { let x, degrees, p: Double }
    struct NormalCase: Sendable { let z, p: Double }

    private func isNear(_ found: Double, _ wanted: Double, within bound: Double = 1e-9) -> Bool {
        abs(found - wanted) <= bound * abs(wanted)
    }

    @Test(arguments: [
        TCase(t: 0.5, degrees: 1, p: 0.70483276469913345),
        TCase(t: 1e6, degrees: 1, p: 6.3661977236736914e-7),
        TCase(t: 6e11, degrees: 1, p: 1.0610329539459689e-12),
        TCase(t: 12.7, degrees: 1, p: 0.05002432768934416),
        TCase(t: 2, degrees: 2.5, p: 0.15739149575796599),
        TCase(t: 10000.0, degrees: 3, p: 2.2053155022958098e-12),
        TCase(t: 7.5, degrees: 13.9, p: 3.0068121042947418e-6),
        TCase(t: 40, degrees: 10, p: 2.2808577430857546e-12),
        TCase(t: 7.2, degrees: 1000, p: 1.1820604207093495e-12),
        TCase(t: 7.2, degrees: 100000, p: 6.0633895812353072e-13),
        TCase(t: 0.001, degrees: 30, p: 0.99920873576648509),
        TCase(t: 2.5, degrees: 1e7, p: 0.01241934653657847),
    ])
    func `two-sided t tails hold nine digits`(_ given: TCase) {
        let found = StudentDistribution.twoSided(given.t, degrees: given.degrees)
        #expect(isNear(found, given.p))
        #expect(StudentDistribution.twoSided(-given.t, degrees: given.degrees) == found)
    }

    @Test(arguments: [
        ChiCase(x: 0.5, degrees: 1, p: 0.47950012218695346),
        ChiCase(x: 50, degrees: 1, p: 1.5374597944280349e-12),
        ChiCase(x: 80, degrees: 10, p: 5.0204643188291334e-13),
        ChiCase(x: 3, degrees: 10, p: 0.98142406377785933),
        ChiCase(x: 200, degrees: 100, p: 1.1784500720979422e-8),
        ChiCase(x: 60, degrees: 100, p: 0.99948110853745197),
        ChiCase(x: 1200, degrees: 900, p: 6.586367297779864e-11),
        ChiCase(x: 2_009_000, degrees: 2_000_000, p: 3.5014413145153351e-6),
    ])
    func `chi-squared tails hold nine digits`(_ given: ChiCase) {
        #expect(isNear(TailDistributions.chiSquared(given.x, degrees: given.degrees), given.p))
    }

    @Test(arguments: [
        NormalCase(z: 0, p: 0.5),
        NormalCase(z: 0.5, p: 0.3085375387259869),
        NormalCase(z: 1.96, p: 0.024997895148220436),
        NormalCase(z: 5, p: 2.8665157187919391e-7),
        NormalCase(z: 7.1, p: 6.2378444633315911e-13),
        NormalCase(z: 20, p: 2.7536241186062337e-89),
        NormalCase(z: 37, p: 5.7255712225245768e-300),
    ])
    func `normal tails hold nine digits`(_ given: NormalCase) {
        #expect(isNear(NormalDistribution.upperTail(given.z), given.p))
        #expect(isNear(NormalDistribution.cumulative(-given.z), given.p))
    }

    @Test(arguments: [1e-300, 1e-40, 1e-12, 1e-6, 0.001, 0.025, 0.1, 0.25, 0.4, 0.4999])
    func `quantiles invert the tails`(_ p: Double) {
        let z = NormalDistribution.upperQuantile(p)
        #expect(isNear(NormalDistribution.upperTail(z), p, within: 1e-11))
        #expect(NormalDistribution.quantile(p) == -z)
        for degrees in [1.0, 1.7, 2, 5, 13.9, 100, 1e5] where p >= 1e-40 {
            let t = StudentDistribution.upperQuantile(p, degrees: degrees)
            let back = StudentDistribution.upperTail(t, degrees: degrees)
            #expect(isNear(back, p, within: 1e-10), "\(degrees) \(t)")
            #expect(t >= z * (1 - 1e-12))
        }
    }

    @Test func `known quantiles`() {
        #expect(isNear(NormalDistribution.quantile(0.975), 1.959963984540054, within: 1e-14))
        #expect(isNear(1 / NormalDistribution.quantile(0.75), Summary.madScale, within: 1e-14))
        let student = StudentDistribution.quantile(0.975, degrees: 2)
        #expect(isNear(student, 0.95 * (2 / 0.0975).squareRoot(), within: 1e-13))
        #expect(StudentDistribution.quantile(0.5, degrees: 3) == 0)
        #expect(NormalDistribution.quantile(0) == -.infinity)
        #expect(NormalDistribution.quantile(1.5).isNaN)
    }

    @Test func `the F tail with one numerator degree is the two-sided t tail`() {
        for t in [0.1, 1, 3, 12] {
            let f = TailDistributions.fisher(t * t, numerator: 1, denominator: 7)
            #expect(isNear(f, StudentDistribution.twoSided(t, degrees: 7), within: 1e-12))
        }
    }

    @Test func `both ways to sum coin tosses agree`() {
        for (trials, at) in [(999, 450), (1000, 400), (1000, 520)] {
            let summed = TailDistributions.fairCoin(atMost: at, trials: trials)
            let fraction = GammaFunctions.incompleteBeta(
                x: 0.5, complement: 0.5, a: Double(trials - at), b: Double(at) + 1
            ).lower
            #expect(isNear(fraction, summed, within: 1e-10))
        }
        #expect(TailDistributions.fairCoin(atMost: 0, trials: 6) == 1 / 64.0)
        #expect(TailDistributions.fairCoin(atMost: 500_000, trials: 1_000_001) < 0.5 + 1e-9)
    }

    @Test func `arguments that are not numbers end quickly as not a number`() {
        #expect(StudentDistribution.twoSided(.nan, degrees: 5).isNaN)
        #expect(StudentDistribution.twoSided(1, degrees: .nan).isNaN)
        #expect(StudentDistribution.upperQuantile(0.1, degrees: .nan).isNaN)
        #expect(TailDistributions.chiSquared(.nan, degrees: 2).isNaN)
        #expect(TailDistributions.fisher(.nan, numerator: 1, denominator: 2).isNaN)
    }
}
