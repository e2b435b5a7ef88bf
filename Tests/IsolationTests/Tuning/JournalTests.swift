import Foundation
import LinuxSystem
import Testing

@testable import Isolation

@Suite struct JournalTests {
    @Test(arguments: [
        "plain", "", "with \"quotes\" and \\ backslash", "two\nlines\ttab", "\u{1}control",
        "L3:0=fff;1=fff", "isolated invalid (Cpu list)", ",\"sum\":\"00\"", "größer",
    ])
    func `a line holds any text`(_ text: String) throws {
        let line = JournalLine.encode([("seq", "1"), ("original", text)])
        #expect(line.hasSuffix("\n"))
        #expect(line.dropLast().contains("\n") == false)
        let fields = try #require(JournalLine.decode(line.dropLast()))
        #expect(fields == ["seq": "1", "original": text])
    }

    @Test func `a changed byte is noticed`() {
        let line = Array(JournalLine.encode([("seq", "1"), ("wanted", "10")]).dropLast().utf8)
        for index in line.indices {
            var bytes = line
            bytes[index] = bytes[index] == 48 ? 49 : 48
            #expect(JournalLine.decode(String(decoding: bytes, as: UTF8.self)) == nil)
        }
    }

    @Test(arguments: ["", "{", "{}", "{\"sum\":\"0\"}", "{\"a\":\"b\",\"sum\":\"0\"}", "\"}", "x"])
    func `what is no line is none`(_ text: String) {
        #expect(JournalLine.decode(text) == nil)
    }

    /// A host whose tuner was killed with everything applied.
    private func abandoned(_ folder: String) throws -> (TuningTree, [String: String], [UInt8]) {
        let host = try TuningTree(below: folder)
        let before = host.values()
        let journal: [UInt8]
        do {
            let tuner = host.tuner()
            _ = tuner.begin(host.wish())
            journal = Array(try Data(contentsOf: URL(filePath: host.places.journal)))
            let applied = host.values()
            _ = tuner.end()
            for (path, text) in applied where path != "irqbalance" { try host.set(path, text) }
            try host.set("/units/irqbalance.service", "inactive\n")
        }
        return (host, before, journal)
    }

    @Test func `whatever the power leaves of the journal, no value is made worse`() async throws {
        try await ScratchFolder.lend { folder in
            let (host, before, journal) = try abandoned(folder)
            let applied = host.values()
            // Cut at each line's end and inside of it.
            let ends = journal.indices.filter { journal[$0] == 10 }.map { $0 + 1 }
            let cuts = [0, 7] + ends + ends.dropLast().map { $0 + 25 }
            for cut in cuts {
                for (path, text) in applied where path != "irqbalance" { try host.set(path, text) }
                try host.set("/units/irqbalance.service", "inactive\n")
                try Data(journal.prefix(cut)).write(to: URL(filePath: host.places.journal))
                let report = try host.tuner().replay()
                #expect(report.isRestored, "\(cut): \(report.complaints)")
                for (path, text) in host.values() {
                    #expect(text == before[path] || text == applied[path], "\(path) at \(cut)")
                }
                if cut == journal.count { #expect(host.values() == before) }
                #expect(try host.tuner().journal() == JournalContent())
            }
        }
    }

    @Test func `a damaged line within is put before a person, the rest is put back`() async throws {
        try await ScratchFolder.lend { folder in
            let (host, _, journal) = try abandoned(folder)
            var bytes = journal
            let ends = bytes.indices.filter { bytes[$0] == 10 }
            bytes[ends[2] + 30] ^= 1
            try Data(bytes).write(to: URL(filePath: host.places.journal))
            let tuner = host.tuner()
            let report = try tuner.replay()
            #expect(!report.isRestored)
            #expect(report.complaints.first?.contains("cannot be read in line 4, 5") == true)
            #expect(host.text("/proc/sys/kernel/soft_watchdog") == "1")
            #expect(host.text("/units/irqbalance.service") == "active")
            // It stays so, and no span begins on it.
            #expect(try !tuner.replay().isRestored)
            let outcome = tuner.begin(host.wish())
            #expect(outcome.profile == .observe)
            #expect(outcome.reason?.hasPrefix("earlier settings are not put back") == true)
            try tuner.forgetJournal()
            #expect(try tuner.replay() == RestoreReport())
            #expect(tuner.begin(host.wish()).profile == .default)
            #expect(tuner.end().isRestored)
        }
    }

    @Test func `a journal without its beginning touches nothing`() async throws {
        try await ScratchFolder.lend { folder in
            let (host, _, journal) = try abandoned(folder)
            let applied = host.values()
            let rest = journal.drop { $0 != 10 }.dropFirst()
            try Data(rest).write(to: URL(filePath: host.places.journal))
            let report = try host.tuner().replay()
            #expect(!report.isRestored)
            #expect(report.problem?.contains("lost its beginning") == true)
            #expect(host.values() == applied)
        }
    }

    @Test func `after another boot only services are put back`() async throws {
        try await ScratchFolder.lend { folder in
            let (host, before, journal) = try abandoned(folder)
            try Data(journal).write(to: URL(filePath: host.places.journal))
            try host.set(
                "/proc/sys/kernel/random/boot_id", "2f6e0000-0000-4000-8000-000000000002\n")
            // As the new boot and its own settings left it.
            try host.set("/proc/sys/vm/swappiness", "10\n")
            let report = try host.tuner().replay()
            #expect(report.isRestored)
            #expect(host.text("/units/irqbalance.service") == before["irqbalance"])
            #expect(host.text("/proc/sys/vm/swappiness") == "10")
            #expect(report.steps.filter { $0.outcome == .restored }.map(\.knob) == ["irqbalance"])
            #expect(report.steps.contains { $0.outcome == .void })
        }
    }

    @Test func `what cannot be put back is named and tried again`() async throws {
        try await ScratchFolder.lend { folder in
            let (host, before, journal) = try abandoned(folder)
            try Data(journal).write(to: URL(filePath: host.places.journal))
            var kernel = ScriptedKernel(tree: host.tree)
            kernel.refusals["/proc/sys/vm/swappiness"] = 30
            let report = try host.tuner(kernel).replay()
            #expect(!report.isRestored)
            #expect(report.complaints.count == 1)
            #expect(
                report.complaints.first?.hasPrefix(
                    "/proc/sys/vm/swappiness could not be put back to 60 from 10: Read-only")
                    == true)
            let again = try host.tuner().replay()
            #expect(again.steps.map(\.knob) == ["swappiness"])
            #expect(again.isRestored)
            #expect(host.values() == before)
        }
    }

    @Test func `what is gone needs nothing`() async throws {
        try await ScratchFolder.lend { folder in
            let (host, _, journal) = try abandoned(folder)
            try Data(journal).write(to: URL(filePath: host.places.journal))
            try FileManager.default.removeItem(atPath: host.root + "/proc/irq/24")
            let report = try host.tuner().replay()
            #expect(report.isRestored)
            #expect(report.steps.contains { $0.outcome == .gone })
        }
    }
}

@Suite struct CPUMaskTests {
    struct Case: Sendable { let text: String; let cpus: [Int]; let written: String }

    @Test(arguments: [
        Case(text: "f\n", cpus: [0, 1, 2, 3], written: "f"),
        Case(text: "00000000,00000003", cpus: [0, 1], written: "3"),
        Case(text: "1,00000000", cpus: [32], written: "1,00000000"),
        Case(
            text: "80000001,00000000,00000010", cpus: [4, 64, 95],
            written: "80000001,00000000,00000010"),
        Case(text: "0", cpus: [], written: "0"),
    ])
    func `masks are words of 32 bits, the most significant first`(_ given: Case) {
        #expect(CPUMask.parse(given.text) == given.cpus)
        #expect(CPUMask.text(of: given.cpus) == given.written)
    }

    @Test(arguments: ["", ",", "123456789", "g", "-1", "+1", "1,,2"])
    func `what is no mask is none`(_ text: String) {
        #expect(CPUMask.parse(text) == nil)
    }
}
