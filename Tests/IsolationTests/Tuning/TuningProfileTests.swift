import Isolation
import Testing

@Suite struct TuningProfileTests {
    struct Case: CustomStringConvertible {
        let asked: TuningProfile
        let allowed: TuningProfile
        let given: TuningProfile
        var description: String { "\(asked) of \(allowed)" }
    }

    @Test(arguments: [
        Case(asked: .strict, allowed: .strict, given: .strict),
        Case(asked: .fixedFrequency, allowed: .strict, given: .fixedFrequency),
        Case(asked: .strict, allowed: .default, given: .default),
        Case(asked: .strict, allowed: .fixedFrequency, given: .default),
        Case(asked: .fixedFrequency, allowed: .fixedFrequency, given: .fixedFrequency),
        Case(asked: .fixedFrequency, allowed: .default, given: .default),
        Case(asked: .default, allowed: .strict, given: .default),
        Case(asked: .observe, allowed: .strict, given: .observe),
        Case(asked: .strict, allowed: .observe, given: .observe),
    ])
    func `a job gets what it asks for, within what the operator allows`(_ given: Case) {
        #expect(given.asked.bounded(by: given.allowed) == given.given)
    }
}
