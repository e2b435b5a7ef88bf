import Counters
import Glibc
import Testing

@Suite struct CounterRefusalTests {
    private static let bare = CounterHost(paranoid: 2, isPrivileged: false, units: [])
    private static let machine = CounterHost(
        paranoid: 3, isPrivileged: false, units: [CounterHost.Unit(name: "cpu", type: 4)])
    private static let root = CounterHost(
        paranoid: 3, isPrivileged: true, units: [CounterHost.Unit(name: "cpu", type: 4)])

    struct Case: Sendable {
        let errno: Int32
        let event: String
        let host: CounterHost
        let code: CounterRefusal.Code
        let says: String
    }

    @Test(arguments: [
        Case(
            errno: ENOENT, event: "instructions:u", host: bare, code: .noPMU,
            says: "exposes no hardware performance counters"),
        Case(
            errno: ENOENT, event: "ref-cycles:u", host: machine, code: .eventUnsupported,
            says: "The CPU (PMU cpu) does not implement ref-cycles:u."),
        Case(
            errno: ENOENT, event: "cgroup-switches", host: bare, code: .eventUnsupported,
            says: "The kernel does not count cgroup-switches."),
        Case(
            errno: EOPNOTSUPP, event: "cycles:u", host: machine, code: .featureUnsupported,
            says: "PMU cpu cannot do what cycles:u asks for"),
        Case(
            errno: EACCES, event: "cycles:u", host: machine, code: .deniedParanoid,
            says: "kernel.perf_event_paranoid is 3; 2 or less is required"),
        Case(
            errno: EACCES, event: "task-clock", host: bare, code: .deniedParanoid,
            says: "kernel.perf_event_paranoid is 2; 1 or less is required"),
        Case(
            errno: EACCES, event: "cycles:u", host: root, code: .deniedTarget,
            says: "process 4711"),
        Case(errno: EPERM, event: "cycles:u", host: root, code: .deniedPolicy, says: "seccomp"),
        Case(
            errno: EMFILE, event: "cycles:u", host: machine, code: .fdLimit,
            says: "needs 13 descriptors, RLIMIT_NOFILE is 64"),
        Case(errno: EINVAL, event: "cycles:u", host: machine, code: .badRequest, says: "cycles:u"),
        Case(errno: EBUSY, event: "cycles:u", host: machine, code: .counterBusy, says: "profiler"),
        Case(errno: ENODEV, event: "cycles:u", host: machine, code: .cpuOffline, says: "offline"),
        Case(errno: ESRCH, event: "cycles:u", host: machine, code: .targetGone, says: "4711"),
        Case(
            errno: ENOSYS, event: "task-clock", host: bare, code: .kernelNoPerf,
            says: "no performance events"),
        Case(
            errno: ENOMEM, event: "cycles:u", host: machine, code: .resources,
            says: "Cannot allocate memory"),
    ])
    func `an errno has an exact reason`(_ given: Case) throws {
        let event = try #require(CounterCatalogue.event(given.event))
        let refusal = CounterRefusal(
            errno: given.errno, of: event, on: given.host,
            in: CounterRefusal.Circumstances(
                target: 4711, descriptorsNeeded: 13, descriptorLimit: 64))
        #expect(refusal.code == given.code)
        #expect(refusal.event == given.event)
        #expect(refusal.errno == given.errno)
        #expect(refusal.message.contains(given.says), "\(refusal.message)")
    }

    @Test func `every errno has some reason`() throws {
        let event = try #require(CounterCatalogue.event("instructions"))
        for errno in Int32(1)...140 {
            for host in [Self.bare, Self.machine, Self.root] {
                #expect(!CounterRefusal(errno: errno, of: event, on: host).message.isEmpty)
            }
        }
    }
}
