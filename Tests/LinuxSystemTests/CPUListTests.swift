import LinuxSystem
import Testing

@Suite struct CPUListTests {
    struct Case: Sendable {
        let text: String
        let cpus: [Int]?
    }

    @Test(arguments: [
        Case(text: "", cpus: []), Case(text: "\n", cpus: []), Case(text: "0", cpus: [0]),
        Case(text: "0-3,5\n", cpus: [0, 1, 2, 3, 5]), Case(text: "5,0-1,1", cpus: [0, 1, 5]),
        Case(text: "3-1", cpus: nil), Case(text: "8192", cpus: nil), Case(text: "-1", cpus: nil),
        Case(text: "0,,1", cpus: nil), Case(text: "1-2-3", cpus: nil), Case(text: "a", cpus: nil),
        Case(text: "99999999999999999999", cpus: nil), Case(text: "+1", cpus: nil),
    ])
    func `the kernel's list format is read strictly`(_ given: Case) {
        #expect(CPUList.parse(given.text) == given.cpus)
    }

    @Test func `neighbours are written as ranges`() {
        #expect(CPUList.text(of: [5, 1, 0, 2, 2]) == "0-2,5")
        #expect(CPUList.text(of: []) == "")
    }
}
