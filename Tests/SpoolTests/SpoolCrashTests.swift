import AgentProtocol
import FleetModel
import Foundation
import Glibc
import Spool
import Testing

/// What is left after a process died without a word.
@Suite struct SpoolCrashTests {
    /// Lines of `count` that the writer adds after each sync that returned.
    private static func promised(_ path: String) throws -> Int {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.split(separator: "\n").last.flatMap { Int($0) } ?? 0
    }

    @Test(arguments: [2, 7, 13, 21, 34, 55, 89, 120, 150, 200])
    func `nothing that was synced is lost or doubled by SIGKILL`(_ lifeMilliseconds: Int)
        async throws
    {
        let folder = try ScratchFolder()
        let root = folder.root
        let tally = folder.path + "/count"
        try Data().write(to: URL(filePath: tally))
        let directory = try SpoolFixture.open(root)
        _ = try directory.create(try SpoolFixture.lease(), job: try SpoolFixture.job())
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [root = root as String, tally = tally as String, life = lifeMilliseconds as Int] in
            try Writer.run(root: root, tally: tally, lifeMicroseconds: UInt32(life) * 1000)
        }
        let reopened = try SpoolFixture.open(root)
        #expect(reopened.setAside.isEmpty)
        let spool = try #require(reopened.attempts.first)
        try spool.seal()
        let sent = try SpoolFixture.sendable(spool)
        #expect(sent.batches.map(\.sequence) == Array(1..<(Int64(sent.batches.count) + 1)))
        #expect(sent.numbers == Array(0..<sent.numbers.count))
        #expect(sent.numbers.count >= (try Self.promised(tally)))
    }

    /// The process that is killed.
    enum Writer {
        static func run(root: String, tally: String, lifeMicroseconds: UInt32) throws {
            let directory = try SpoolFixture.open(root)
            let spool = try #require(directory.attempts.first)
            let file = open(tally, O_WRONLY | O_APPEND | O_CLOEXEC)
            let killer = Thread {
                usleep(lifeMicroseconds)
                kill(getpid(), SIGKILL)
            }
            killer.start()
            var number = 0
            while true {
                let count = number % 7 + 1
                try spool.append(
                    records: (number..<(number + count)).map { SpoolFixture.record($0) })
                _ = try spool.appendLog(Array("\(number)\n".utf8))
                number += count
                if number.isMultiple(of: 3) { try spool.seal() } else { try spool.sync() }
                let line = Array("\(number)\n".utf8)
                guard write(file, line, line.count) == line.count else { exit(1) }
            }
        }
    }

    /// A power cut may lose the end of the journal: at any byte the rest is whole transactions.
    @Test(arguments: 0..<40)
    func `a journal that was cut anywhere yields whole syncs`(_ seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let folder = try ScratchFolder()
        let directory = try SpoolFixture.open(folder.root)
        let spool = try directory.create(try SpoolFixture.lease(), job: try SpoolFixture.job())
        var ends: Set<Int> = [0]
        var number = 0
        for _ in 0..<12 {
            let count = Int.random(in: 1...8, using: &generator)
            try spool.append(records: (number..<(number + count)).map { SpoolFixture.record($0) })
            number += count
            ends.insert(number)
            try spool.sync()
        }
        let copy = folder.path + "/copy"
        try SpoolFixture.snapshot(of: folder.root, to: copy)
        let inside = copy + "/" + spool.attempt.text
        try? FileManager.default.removeItem(atPath: inside + "/spool.sqlite-shm")
        let journal = URL(filePath: inside + "/spool.sqlite-wal")
        let bytes = try Data(contentsOf: journal)
        let kept = Int.random(in: 0...bytes.count, using: &generator)
        try bytes.prefix(kept).write(to: journal)
        let reopened = try SpoolFixture.open(copy)
        let survivor = try #require(reopened.attempts.first)
        try survivor.seal()
        let numbers = try SpoolFixture.sendable(survivor).numbers
        #expect(numbers == Array(0..<numbers.count))
        #expect(ends.contains(numbers.count))
    }
}
