import LinuxSystem
import Testing

@testable import Isolation

@Suite struct IsolationReceiptTests {
    private func receipt(
        asked: [Int] = [1], given: [Int] = [1], capabilities: UInt64 = 0, bounding: UInt64 = 0,
        identity: ProcessIdentity? = ProcessIdentity(uid: 5, gid: 6), randomised: Bool = false,
        room: LaunchRoom? = nil, namespaces: Set<LaunchNamespace> = [],
        abilities: LaunchAbilities = .none
    ) -> IsolationReceipt {
        let plan = LaunchPlan(
            arguments: ["x"], directory: "/", environment: [:], identity: identity, cpus: asked,
            disableAddressRandomisation: true, phase: .build, room: room)
        return IsolationReceipt(
            of: plan, LaunchEnclosure(plan, abilities),
            reading: LauncherReport.Receipt(
                noNewPrivileges: true, addressRandomisation: randomised, uid: 5, gid: 6,
                groupCount: 0, rootIsReadOnly: true, sharesProcesses: false, filtersCalls: true,
                namespaces: namespaces, policy: 0, nice: 0, capabilities: capabilities,
                boundingSet: bounding, cpus: given))
    }

    @Test func `without a room the host's files and network are there, and that is said`() {
        let receipt = receipt()
        #expect(receipt.levelReached == .partial)
        #expect(receipt.network == "host")
        #expect(receipt.missing.map(\.item) == ["room", "cgroup"])
    }

    @Test func `in a room the network is off, on as asked, or the host's for want of better`() {
        let own: Set<LaunchNamespace> = [.mount, .pid, .net, .ipc, .uts]
        #expect(receipt(room: LaunchRoom(), namespaces: own).network == "off")
        let shared = receipt(
            room: LaunchRoom(hasNetwork: true), namespaces: own.subtracting([.net]))
        #expect(shared.network == "on")
        #expect(receipt(room: LaunchRoom()).network == "host")
    }

    @Test func `processors are held by a group, or softly`() {
        #expect(receipt().pinning == "soft")
        #expect(receipt(asked: []).pinning == nil)
        var held = receipt()
        held.group = .init(version: 2, path: "/x", holdsCPUs: true)
        #expect(held.pinning == "hard")
    }

    struct Times: Sendable {
        let group: Int64?
        let waited: Int64
        let isTold: Bool
    }

    @Test(arguments: [
        Times(group: nil, waited: 1, isTold: false),
        Times(group: 1_000_000, waited: 990_000, isTold: false),
        // A fiftieth is not enough, nor is the making of a room.
        Times(group: 60_000, waited: 12_000, isTold: false),
        Times(group: 10_000_000, waited: 9_890_000, isTold: false),
        Times(group: 1_000_000, waited: 900_000, isTold: true),
        Times(group: 900_000, waited: 1_000_000, isTold: true),
    ])
    func `processor time that does not add up is told`(_ times: Times) {
        var outcome = LaunchOutcome(
            ending: .exited(0), cause: nil, wallNanoseconds: 1,
            usage: ResourceUsage(userMicroseconds: times.waited), leftoverProcesses: 0,
            standardOutputBytes: 0, standardErrorBytes: 0, receipt: receipt())
        if let used = times.group {
            var group = GroupAccounting()
            group.usageMicroseconds = used
            outcome.group = group
        }
        #expect((outcome.accountingMismatch != nil) == times.isTold)
    }

    @Test func `what the host lacks is in the receipt with its advice`() {
        var abilities = LaunchAbilities()
        abilities.degradations = [
            Degradation("no-x", subject: "x", message: "There is no x.", advice: "Buy one.")
        ]
        let receipt = receipt(room: LaunchRoom(), abilities: abilities)
        #expect(
            receipt.missing.first
                == .init(
                    item: "cgroup", reason: "the launch asked for no control group", advice: ""))
        #expect(
            receipt.missing.last
                == .init(item: "no-x", reason: "There is no x.", advice: "Buy one."))
    }

    @Test func `full is reached with all walls and no other level without one`() {
        let own: Set<LaunchNamespace> = [.mount, .pid, .net, .ipc, .uts]
        // Without a control group of its own and its processors it is partial.
        #expect(receipt(room: LaunchRoom(), namespaces: own).levelReached == .partial)
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
                "identity", "bounding-set", "address-randomisation", "room", "cgroup",
            ])
        #expect(receipt.missing.allSatisfy { !$0.reason.isEmpty })
    }

    @Test func `capabilities have their names`() {
        #expect(
            receipt(capabilities: 1 << 13 | 1 << 21 | 1 << 63).capabilities == [
                "cap_net_raw", "cap_sys_admin", "cap_63",
            ])
    }
}
