import Foundation
import LinuxSystem
import Testing

@Suite struct KernelTreeTests {
    @Test func `the kernel's own files are read`() throws {
        let tree = KernelTree()
        #expect(try tree.field("Name", in: "/proc/self/status") != nil)
        #expect(try tree.field("NoSuchField", in: "/proc/self/status") == nil)
        let boot = try tree.bootIdentifier()
        #expect(UUID(uuidString: boot) != nil)
        #expect(boot == boot.lowercased())
    }

    @Test func `a file that is not there is named`() {
        #expect(throws: SystemCallFailure("open", path: "/tmp/none/proc/x", errno: 2)) {
            try KernelTree(root: "/tmp/none/").text("/proc/x")
        }
    }

    @Test func `reading stops at the bound`() throws {
        #expect(try KernelTree().bytes("/proc/self/status", limitBytes: 10).count == 10)
    }

    @Test func `a failure says call, object and reason`() {
        let failure = SystemCallFailure("open", path: "/x", errno: 13)
        #expect(failure.description == "open /x: Permission denied (errno 13)")
    }

    @Test func `the clock never goes back`() {
        let first = MonotonicClock.rawNanoseconds()
        #expect(first > 0)
        #expect(MonotonicClock.rawNanoseconds() >= first)
    }
}
