import Counters
import FleetModel
import Testing

@Suite struct CachegrindOutputTests {
    private static let good = """
        desc: I1 cache:         32768 B, 64 B, 8-way associative
        cmd: ./work events: summary: 1
        events: Ir
        fl=/src/work.c
        fn=main
        3 12
        summary: 20127369

        """

    private func read(_ text: String, piece: Int = 7) -> Result<UInt64, CachegrindOutput.Fault> {
        var output = CachegrindOutput()
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            output.take(rest.prefix(piece))
            rest = rest.dropFirst(piece)
        }
        return output.finish()
    }

    @Test(arguments: [1, 7, 64, 4096])
    func `the summary is the count, in pieces of any size`(_ piece: Int) {
        #expect(read(Self.good, piece: piece) == .success(20_127_369))
        #expect(read(String(Self.good.dropLast()), piece: piece) == .success(20_127_369))
    }

    struct Bad: Sendable {
        let name: String
        let text: String
        let says: String
    }

    @Test(arguments: [
        Bad(name: "empty", text: "", says: "does not say what"),
        Bad(name: "no events", text: "summary: 5\n", says: "does not say what"),
        Bad(name: "other events", text: "events: Ir I1mr\nsummary: 5 6\n", says: "something else"),
        Bad(name: "renamed", text: "events: Dr\nsummary: 5\n", says: "something else"),
        Bad(name: "cut", text: "events: Ir\nfl=a\n3 5\n", says: "ends before"),
        Bad(name: "cut in the key", text: "events: Ir\nsumma", says: "ends before"),
        Bad(name: "empty number", text: "events: Ir\nsummary:\n", says: "no number"),
        Bad(name: "sign", text: "events: Ir\nsummary: -5\n", says: "no number"),
        Bad(name: "plus", text: "events: Ir\nsummary: +5\n", says: "no number"),
        Bad(name: "two numbers", text: "events: Ir\nsummary: 5 5\n", says: "no number"),
        Bad(name: "hexadecimal", text: "events: Ir\nsummary: 0x5\n", says: "no number"),
        Bad(name: "other figures", text: "events: Ir\nsummary: ５\n", says: "no number"),
        Bad(
            name: "65 bits", text: "events: Ir\nsummary: 18446744073709551616\n",
            says: "64 bits"),
        Bad(name: "twice", text: "events: Ir\nsummary: 5\nsummary: 6\n", says: "goes on"),
        Bad(name: "more", text: "events: Ir\nsummary: 5\nfn=x\n", says: "goes on"),
        Bad(name: "events twice", text: "events: Ir\nevents: Ir\nsummary: 5\n", says: "twice"),
        Bad(
            name: "endless", text: "events: Ir\nsummary: " + String(repeating: "1", count: 9999),
            says: "no number"),
    ])
    func `a file that cachegrind did not write so is refused`(_ bad: Bad) {
        guard case .failure(let fault) = read(bad.text) else {
            Issue.record("accepted: \(bad.name)")
            return
        }
        #expect(fault.reason.contains(bad.says), "\(bad.name): \(fault.reason)")
    }

    @Test func `the largest count fits`() {
        #expect(read("events: Ir\nsummary: 18446744073709551615\n") == .success(.max))
    }

    @Test func `any bytes at all are read without a trap`() {
        var state: UInt64 = 7
        for _ in 0..<300 {
            var output = CachegrindOutput()
            output.take(
                (0..<500).map { _ -> UInt8 in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    let byte = UInt8(truncatingIfNeeded: state >> 33)
                    return byte < 40 ? 10 : byte
                })
            _ = output.finish()
        }
    }
}

@Suite struct CachegrindToolTests {
    struct Version: Sendable {
        let text: String
        let failure: SimulationFailure?
    }

    @Test(arguments: [
        Version(text: "valgrind-3.19.0\n", failure: nil),
        Version(text: "valgrind-3.24.0.GIT-lbmacos", failure: nil),
        Version(text: "valgrind-4.0", failure: nil),
        Version(text: "valgrind-3.18.1\n", failure: .toolTooOld("3.18.1")),
        Version(text: "valgrind-2.99", failure: .toolTooOld("2.99")),
        Version(text: "", failure: .versionUnreadable("")),
        Version(text: "valgrind", failure: .versionUnreadable("valgrind")),
        Version(text: "valgrind-3", failure: .versionUnreadable("valgrind-3")),
        Version(text: "valgrind-x.y", failure: .versionUnreadable("valgrind-x.y")),
        Version(text: "valgrind-3.-1", failure: .versionUnreadable("valgrind-3.-1")),
        Version(text: "valgrind-3.20/../x", failure: .versionUnreadable("valgrind-3.20/../x")),
    ])
    func `a version is read, and an old one refused`(_ given: Version) throws {
        do throws(SimulationFailure) {
            let tool = try CachegrindTool(path: "/v", versionOutput: given.text)
            #expect(given.failure == nil)
            #expect(tool.identity.provider == .simulated)
            #expect(tool.identity.pmu == "cachegrind-" + tool.version)
        } catch {
            #expect(error == given.failure)
        }
    }

    @Test func `the command takes options from nowhere else and ends them`() throws {
        let tool = try CachegrindTool(path: "/usr/bin/valgrind", versionOutput: "valgrind-3.19.0")
        let command = tool.command(counting: ["./a", "--tool=none"], into: "/r/50%p")
        #expect(command.first == "/usr/bin/valgrind")
        #expect(command.suffix(3) == ["--", "./a", "--tool=none"])
        #expect(command.contains("--command-line-only=yes"))
        #expect(command.contains("--cache-sim=no"))
        #expect(command.contains("--cachegrind-out-file=/r/50%%p/counts.%p"))
    }
}
