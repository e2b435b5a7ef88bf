import Testing

@testable import Isolation

@Suite struct IsolationReceiptTests {
    private func receipt(
        asked: [Int] = [1], given: [Int] = [1], capabilities: UInt64 = 0, bounding: UInt64 = 0,
        identity: ProcessIdentity? = ProcessIdentity(uid: 5, gid: 6), randomised: Bool = false
    ) -> IsolationReceipt {
        let plan = LaunchPlan(
            arguments: ["x"], directory: "/", environment: [:], identity: identity, cpus: asked,
            disableAddressRandomisation: true, phase: .build)
        return IsolationReceipt(
            of: plan,
            reading: LauncherReport.Receipt(
                noNewPrivileges: true, addressRandomisation: randomised, uid: 5, gid: 6,
                groupCount: 0, capabilities: capabilities, boundingSet: bounding, cpus: given))
    }

    @Test func `a full wish reaches partial, with what this version lacks`() {
        let receipt = receipt()
        #expect(receipt.levelReached == .partial)
        #expect(receipt.missing.map(\.item) == ["network", "cgroup"])
    }

    @Test func `other processors than asked reach no level`() {
        let receipt = receipt(asked: [1, 2])
        #expect(receipt.levelReached == .none)
        #expect(receipt.missing.map(\.item).first == "affinity")
    }

    @Test func `what is missing is named`() {
        let receipt = receipt(bounding: 1, identity: nil, randomised: true)
        #expect(receipt.levelReached == .none)
        #expect(
            receipt.missing.map(\.item) == [
                "identity", "bounding-set", "address-randomisation", "network", "cgroup",
            ])
        #expect(receipt.missing.allSatisfy { !$0.reason.isEmpty && !$0.advice.isEmpty })
    }

    @Test func `capabilities have their names`() {
        #expect(
            receipt(capabilities: 1 << 13 | 1 << 21 | 1 << 63).capabilities == [
                "cap_net_raw", "cap_sys_admin", "cap_63",
            ])
    }
}
