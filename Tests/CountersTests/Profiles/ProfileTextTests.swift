import Counters
import Testing

/// What profilers write becomes folded stacks.
@Suite struct ProfileTextTests {
    /// As perf 6.1 wrote it.
    private static let script = """
        w cpu-clock:uH: 
        \t            1175 leaf (/tmp/w)
        \t            118f middle (/tmp/w)
        \t            11c1 main (/tmp/w)
        \t           2724a __libc_start_call_main (/usr/lib/libc.so.6)

        w cpu-clock:uH: 
        \t            116d leaf (/tmp/w)
        \t            118f middle (/tmp/w)

        two words cpu-clock:uH: 
        \t            1180 operator()(int, int) const (/tmp/my (odd) file)
        \t        7f00beef [unknown] (/opt/lib/libx.so.1)
        \t        7f00beef [unknown] ([vdso])

        w cpu-clock:uH: 
        \t            1175 leaf (/tmp/w)
        \t            118f middle (/tmp/w)
        \t            11c1 main (/tmp/w)
        \t           2724a __libc_start_call_main (/usr/lib/libc.so.6)

        """

    private static let folded = """
        two words;[vdso];[libx.so.1];operator()(int, int) const 1
        w;__libc_start_call_main;main;middle;leaf 2
        w;middle;leaf 1

        """

    @Test(arguments: [1, 7, 64, 100_000])
    func `samples of perf are folded, wherever the stream is cut`(_ size: Int) {
        var text = PerfScriptText()
        let bytes = Array(Self.script.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            text.take(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        text.finish()
        #expect(text.stacks.text == Self.folded)
        #expect(text.stacks.total == 4)
        #expect(text.event == "cpu-clock:uH")
    }

    /// Cut down from what callgrind 3.19 wrote; costs after `calls=` belong to who was called.
    private static let callgrind = """
        # callgrind format
        version: 1
        creator: callgrind-3.19.0
        pid: 12
        cmd:  ./folder/bench --fast a
        part: 1


        desc: I1 cache: 
        desc: Trigger: Program termination

        positions: line
        events: Ir
        summary: 175

        ob=(1) /tmp/bench
        fl=(1) bench.c
        fn=(1) leaf'middle'main
        3 100
        +1 20
        -2 5
        fi=(2) header.h
        * 10

        fn=(2) middle'main
        9 4
        cfi=(1)
        cfn=(1)
        calls=2 3
        * 135
        +1 6

        fn=(3) main
        12 30
        cfn=(2)
        calls=1 9
        * 145

        totals: 175

        """

    private static func fold(_ text: String) -> (problem: String?, stacks: FoldedStacks) {
        var profile = CallgrindProfile(callers: 48)
        profile.take(Array(text.utf8))
        return (profile.finish(), profile.stacks)
    }

    @Test func `functions of callgrind stand below their callers`() {
        let (problem, stacks) = Self.fold(Self.callgrind)
        #expect(problem == nil)
        #expect(
            stacks.text == """
                bench;main 30
                bench;main;middle 10
                bench;main;middle;leaf 135

                """)
    }

    @Test func `callers that were cut off are said to be`() {
        var profile = CallgrindProfile(callers: 2)
        profile.take(Array(Self.callgrind.utf8))
        #expect(profile.finish() == nil)
        #expect(profile.stacks.text.contains("bench;[callers left out];main;middle;leaf 135\n"))
    }

    struct Broken: Sendable {
        let from: String
        let to: String
        let says: String
    }

    @Test(arguments: [
        Broken(from: "totals: 175\n", to: "", says: "no end"),
        Broken(from: "totals: 175", to: "totals: 176", says: "sum up to 175"),
        Broken(from: "3 100", to: "3 1x0", says: "another form"),
    ])
    func `a file that is not whole is refused`(_ broken: Broken) throws {
        let text = Self.callgrind.replacing(broken.from, with: broken.to)
        #expect(try #require(Self.fold(text).problem).contains(broken.says))
    }

    @Test func `nothing in a name breaks the form`() {
        var stacks = FoldedStacks()
        stacks.add(["a;b", "c\nd", ""], count: 3)
        stacks.add([], count: 3)
        stacks.add(["x"], count: 0)
        #expect(stacks.text == "a:b;c?d;? 3\n")
    }

    @Test func `a stack without end is cut at its root, and that is said`() {
        var text = PerfScriptText()
        text.take(Array("deep cpu-clock:u: \n".utf8))
        for number in 0..<10_000 { text.take(Array("\t 1 f\(number) (/tmp/w)\n".utf8)) }
        text.take(Array("\nw cpu-clock:u: \n\t 1 leaf (/tmp/w)\n\n".utf8))
        text.finish()
        #expect(text.stacks.isTruncated)
        #expect(text.stacks.total == 2)
        let lines = text.stacks.text.split(separator: "\n")
        #expect(lines.count == 2 && lines.last == "w;leaf 1")
        #expect(lines.first?.hasPrefix("deep;[callers left out];f509;") == true)
        #expect(lines.first?.hasSuffix(";f1;f0 1") == true)
    }

    @Test func `stacks beyond what is kept stand together as one`() {
        var stacks = FoldedStacks()
        let long = String(repeating: "x", count: 500)
        let frames = [String](repeating: long, count: 512)
        // A quarter of a megabyte each: the limit is met after 261.
        for number in 0..<300 { stacks.add(["s\(number)"] + frames.dropFirst(), count: 1) }
        #expect(stacks.isTruncated && stacks.total == 300)
        #expect(stacks.text.utf8.count < 66 << 20)
        let rest = stacks.text.split(separator: "\n").first { $0.hasPrefix("[other stacks] ") }
        #expect(rest.flatMap { Int($0.dropFirst("[other stacks] ".count)) }.map { $0 > 30 } == true)
        var whole = FoldedStacks()
        whole.add(["a", "b"], count: 1)
        #expect(!whole.isTruncated)
        whole.add(stacks)
        #expect(whole.isTruncated)
    }

    @Test func `bytes of any kind are read without a trap`() {
        var seed: UInt64 = 7
        for _ in 0..<200 {
            var bytes: [UInt8] = []
            let alphabet = Array("\t\n ()=:'+-*0123456789fncaltos;\u{0}\u{FF}".utf8)
            for _ in 0..<400 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(alphabet[Int((seed >> 33) % UInt64(alphabet.count))])
            }
            var perf = PerfScriptText()
            perf.take(bytes)
            perf.finish()
            var callgrind = CallgrindProfile(callers: 4)
            callgrind.take(bytes)
            _ = callgrind.finish()
        }
    }
}
