import Testing

@testable import Statistics

@Suite struct SplitMix64Tests {
    @Test func `the sequence is the published one`() {
        // First outputs for the state 1234567 (Steele et al., reference implementation).
        var generator = SplitMix64(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
        #expect(generator.next() == 9_817_491_932_198_370_423)
    }

    @Test func `draws below a bound use the high half of the product`() {
        var generator = SplitMix64(seed: 5)
        var twin = generator
        for bound in [1, 2, 7, 1000, Int.max] {
            let draw = generator.below(bound)
            #expect(draw >= 0 && draw < bound)
            #expect(draw == Int(twin.next().multipliedFullWidth(by: UInt64(bound)).high))
        }
    }
}
