import FoundationEssentials
import Testing

@testable import Isolation

@Suite struct LaunchPlanEncodingTests {
    private var plan: LaunchPlan {
        LaunchPlan(
            arguments: ["prog", "ü"], directory: "/w", environment: ["B": "2", "A": ""],
            identity: ProcessIdentity(uid: 0x0102_0304, gid: 0x0506_0708), cpus: [0, 65],
            limits: LaunchLimits(
                fileSizeBytes: 4096, openFiles: LaunchLimits.Range(soft: 10, hard: 20),
                processes: 30, lockedMemoryBytes: 5, addressSpaceBytes: 6, processorSeconds: 7),
            disableAddressRandomisation: true, phase: .build, scheduling: .batch)
    }

    /// The bytes that the C program's tests of today accept, written by hand from plan.h.
    @Test func `the bytes are those of the launcher's description`() throws {
        let golden = """
            464d4c50 02000000 6c010000 3b000000 04030201 08070605 d2040000 f4010000
            03000000 00000000 00000000
            17000000 02000000
            08000000
            04000000 0000000000000000 0000000000000000
            07000000 0a00000000000000 1400000000000000
            03000000 0000800000000000 0000800000000000
            01000000 0010000000000000 0010000000000000
            06000000 1e00000000000000 1e00000000000000
            08000000 0500000000000000 0500000000000000
            09000000 0600000000000000 0600000000000000
            00000000 0700000000000000 0800000000000000
            02000000 0100000000000000 0200000000000000
            05000000 62656e636800
            02000000
            01000000 25000000 ed010000 0000000000000000 02000000 2f6100 02000000 2f6200
            02000000 40000000 ff030000 0010000000000000 00000000 00 04000000 2f746d7000
            02000000 2f7700
            02000000 04000000 70726f6700 02000000 c3bc00
            02000000 02000000 413d00 03000000 423d3200
            """.filter(\.isHexDigit)
        let walls = LaunchWalls(
            namespaces: [.mount, .pid, .net, .uts],
            mounts: [
                LaunchMount(
                    kind: .bind, source: "/a", target: "/b",
                    options: [.readOnly, .noDevices, .optional]),
                LaunchMount(
                    kind: .memory, target: "/tmp", options: .owned, mode: 0o1777, bytes: 4096),
            ], filtersCalls: true, mayCount: true, hasGroup: true, attachCount: 2)
        let bytes = try LaunchPlanEncoding.bytes(of: plan, walls: walls, agent: 1234)
        let size = bytes[8..<12].reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect(size == bytes.count)
        #expect(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == golden)
    }

    struct Fault: Sendable {
        let name: String
        let make: @Sendable (inout LaunchPlan) -> Void
    }

    @Test(arguments: [
        Fault(name: "no program") { $0.arguments = [] },
        Fault(name: "empty program") { $0.arguments = ["", "x"] },
        Fault(name: "NUL in an argument") { $0.arguments.append("a\0b") },
        Fault(name: "relative folder") { $0.directory = "w" },
        Fault(name: "NUL in the folder") { $0.directory = "/w\0" },
        Fault(name: "= in a name") { $0.environment["A=B"] = "" },
        Fault(name: "empty name") { $0.environment[""] = "" },
        Fault(name: "NUL in a value") { $0.environment["A"] = "\0" },
        Fault(name: "negative processor") { $0.cpus = [-1] },
        Fault(name: "processor beyond the kernel's") { $0.cpus = [8192] },
        Fault(name: "negative limit") { $0.limits.processes = -1 },
        Fault(name: "negative time") { $0.limits.wall = .seconds(-1) },
        Fault(name: "soft above hard") { $0.limits.openFiles.soft = 21 },
        Fault(name: "too many arguments") {
            $0.arguments = [String](repeating: "a", count: 65_537)
        },
        Fault(name: "too long") {
            $0.arguments = ["a", String(repeating: "a", count: 17 << 20)]
        },
    ])
    func `an unacceptable plan is refused with words`(_ fault: Fault) throws {
        var plan = plan
        fault.make(&plan)
        let failure = #expect(throws: LaunchFailure.self, "\(fault.name)") {
            try LaunchPlanEncoding.bytes(of: plan, agent: 1)
        }
        guard case .planInvalid = failure else {
            Issue.record("\(fault.name): \(String(describing: failure))")
            return
        }
    }

    @Test func `the launcher's numbers of steps are ours`() throws {
        let header = try String(contentsOfFile: headerPath, encoding: .utf8)
        let steps = header.split(separator: "\n").compactMap { line -> UInt32? in
            guard line.contains("FM_STEP_"), let number = line.split(separator: "=").last else {
                return nil
            }
            return UInt32(number.filter(\.isNumber))
        }
        #expect(steps == LaunchStep.allCases.map(\.rawValue))
    }

    private var headerPath: String {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return parts.joined(separator: "/") + "/Agent/fleetmark-launch/plan.h"
    }
}
