import FoundationEssentials
import LinuxSystem
import Testing

@testable import HostFacts

@Suite struct KernelLogTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let line: String
        let kind: KernelLogRecord.Kind?
        var testDescription: String { line }
    }

    @Test(arguments: [
        Case(
            line: "2,100,5,-;mce: [Hardware Error]: Machine check events logged",
            kind: .machineCheck),
        Case(
            line: "4,101,6,-;CPU1: Core temperature above threshold, cpu clock throttled",
            kind: .thermal),
        Case(
            line: "6,102,7,-;oom-kill:constraint=CONSTRAINT_MEMCG,task=bench", kind: .outOfMemory),
        Case(
            line: "3,103,8,-;INFO: task kworker:1 blocked for more than 120 seconds.",
            kind: .hungTask),
        Case(line: "3,104,9,-;e1000e 0000:00:1f.6 eno1: Reset adapter reset", kind: .networkReset),
        // Some machines write this when a counter is opened that they do not have.
        Case(
            line: "4,105,10,-;unchecked MSR access error: RDMSR from 0x64d at rIP: 0x0", kind: nil),
        Case(line: "6,106,11,-;mce: CPU supports 32 MCE banks", kind: nil),
        Case(line: "6,107,12,-;eth0: entered promiscuous mode", kind: nil),
        // A program wrote this, not the kernel.
        Case(line: "30,108,13,-;machine check", kind: nil),
        Case(line: "no record at all", kind: nil), Case(line: ";", kind: nil),
    ]) func `a record is what the kernel complains of, or nothing`(one: Case) {
        #expect(KernelLogRecord(one.line)?.kind == one.kind)
    }

    @Test func `only what is added after it was opened is seen, once`() throws {
        let tree = try FixtureTree(["/dev/kmsg": "2,1,1,-;mce: [Hardware Error]: old\n"])
        let log = try KernelLog(tree: KernelTree(root: tree.root))
        #expect(log.look().isEmpty)
        let file = try #require(FileHandleForAppending(tree.root + "/dev/kmsg"))
        file.append("6,2,2,-;nothing\n4,3,3,-;CPU0: Package temperature above threshold\n cont\n")
        #expect(log.look().map(\.kind) == [.thermal])
        #expect(log.look().isEmpty)
    }

    @Test func `a log that may not be read says why`() {
        #expect(throws: SignalAbsence.self) { try KernelLog(tree: KernelTree(root: "/nowhere")) }
    }
}

/// Appends to a file that exists.
private struct FileHandleForAppending {
    private let path: String

    init?(_ path: String) {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        self.path = path
    }

    func append(_ text: String) {
        guard var bytes = FileManager.default.contents(atPath: path) else { return }
        bytes += Data(text.utf8)
        // In place: another file under the same name would not be seen by who has it open.
        try? bytes.write(to: URL(filePath: path))
    }
}
