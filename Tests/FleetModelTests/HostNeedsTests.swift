import FleetModel
import Testing

@Suite struct HostNeedsTests {
    private static let host = HostOffers(
        labels: ["zone": "a"], capabilities: ["pmu", "cgroup.memory"], architecture: "x86_64",
        cores: 8, memoryBytes: 16 << 30)

    struct Case: CustomStringConvertible {
        let needs: HostNeeds
        let unmet: [String]
        var description: String { "\(needs)" }
    }

    @Test(arguments: [
        Case(needs: .none, unmet: []),
        Case(needs: HostNeeds(capabilities: ["pmu"]), unmet: []),
        Case(needs: HostNeeds(capabilities: ["pmu", "energy", "energy"]), unmet: ["energy"]),
        Case(needs: HostNeeds(labels: ["zone": ["b", "a"]]), unmet: []),
        Case(needs: HostNeeds(labels: ["zone": ["c", "b"]]), unmet: ["labels.zone: b or c"]),
        Case(needs: HostNeeds(labels: ["disk": ["nvme"]]), unmet: ["labels.disk: nvme"]),
        Case(needs: HostNeeds(architectures: ["x86_64", "aarch64"]), unmet: []),
        Case(needs: HostNeeds(architectures: ["aarch64"]), unmet: ["arch: aarch64"]),
        Case(needs: HostNeeds(cores: 8, memoryBytes: 16 << 30), unmet: []),
        Case(
            needs: HostNeeds(cores: 9, memoryBytes: (16 << 30) + 1),
            unmet: ["cpus: 9", "memory: \((16 << 30) + 1)B"]),
        Case(needs: HostNeeds(memoryBytes: 32 << 30), unmet: ["memory: 32GiB"]),
    ])
    func `each part that a host lacks is named as the project file does`(_ given: Case) {
        #expect(given.needs.unmet(by: Self.host) == given.unmet)
    }

    @Test func `what an agent has not said is not held against its host`() {
        let silent = HostOffers(
            labels: [:], capabilities: nil, architecture: "x86_64", cores: 1, memoryBytes: 1)
        #expect(HostNeeds(capabilities: ["pmu"]).unmet(by: silent).isEmpty)
    }

    @Test func `what none of the hosts has is said, or that each lacks something else`() throws {
        let fast = HostOffers(
            labels: [:], capabilities: ["pmu"], architecture: "x86_64", cores: 2, memoryBytes: 1)
        let big = HostOffers(
            labels: [:], capabilities: [], architecture: "x86_64", cores: 64, memoryBytes: 1)
        let both = HostNeeds(capabilities: ["pmu"], cores: 32)
        let each = try #require(both.shortage(among: [fast, big]))
        #expect(each.text == "of 2 hosts of this class none has all that `requires` asks for")
        let none = try #require(HostNeeds(capabilities: ["energy"]).shortage(among: [fast]))
        #expect(none.text == "`requires` asks for energy; of 1 host of this class none has it")
        #expect(HostNeeds(cores: 2).shortage(among: [fast, big]) == nil)
        #expect(both.shortage(among: []) == nil)
    }

    @Test func `two entries need what both need`() throws {
        let first = HostNeeds(
            labels: ["zone": ["a", "b"]], capabilities: ["pmu"], architectures: ["x86_64"],
            cores: 2)
        let second = HostNeeds(
            labels: ["zone": ["b", "c"], "disk": ["nvme"]], capabilities: ["energy"], cores: 4,
            memoryBytes: 1)
        let both = HostNeeds(
            labels: ["zone": ["b"], "disk": ["nvme"]], capabilities: ["energy", "pmu"],
            architectures: ["x86_64"], cores: 4, memoryBytes: 1)
        #expect(first.together(with: second) == both)
        #expect(second.together(with: first) == both)
        #expect(first.together(with: .none) == first)
    }

    @Test func `no host is of two architectures, or has two values of one label`() {
        let arm = HostNeeds(architectures: ["aarch64"])
        #expect(arm.together(with: HostNeeds(architectures: ["x86_64"])) == nil)
        let east = HostNeeds(labels: ["zone": ["east"]])
        #expect(east.together(with: HostNeeds(labels: ["zone": ["west"]])) == nil)
    }
}
