import Testing

@testable import BenchmarkFormats

/// What the recorded outputs do not show.
@Suite struct TextFormatTests {
    @Test func `figures of Go that follow the benchmark's own output are found`() {
        let report = ParseReport(
            """
            goos: linux
            pkg: p
            Unit widgets/x better=higher
            BenchmarkNoisy-4   \thello from the benchmark
            5 of 7 done
                 200\t  19.5 ns/op\t 3 widgets/x
            BenchmarkSkipped
            --- SKIP: BenchmarkSkipped
                --- FAIL: BenchmarkSub/case=1-4
            panic: out of range

            """)
        #expect(report.results.map(\.metric) == ["time", "widgets_x"])
        #expect(report.results.last?.better == .higher)
        #expect(report.results.first?.params == ["gomaxprocs": "4"])
        #expect(
            report.problems == [
                "benchmark_skipped p.BenchmarkSkipped -",
                "benchmark_failed p.BenchmarkSub/case=1 -", "benchmark_failed p -",
            ])
    }

    @Test(arguments: [
        ("BenchmarkA-2 10 5 ns/op", 1), ("BenchmarkA-2 10 5 ns/o", 0), ("BenchmarkA-2 10 5", 0),
        ("BenchmarkA-2 10 5 ns/op 3", 0),
    ])
    func `a last line of Go counts if it is whole`(_ line: String, _ count: Int) {
        let report = ParseReport("BenchmarkB 1 1 ns/op\n" + line, format: "go-bench-text")
        #expect(report.results.count == 1 + count)
        #expect(report.errors.isEmpty)
    }

    @Test func `appended runs of perf are samples`() {
        let run = "# started on a day\n\n2.5;msec;task-clock;1;100.00;;\n7;;page-faults;1;50.00;;\n"
        let report = ParseReport(run + run)
        #expect(report.results.map(\.samples) == [[0.0025, 0.0025], [7, 7]])
        #expect(report.results.map(\.groups.numbers) == [[0, 1], [0, 1]])
        #expect(report.warnings.map(\.kind) == [.scaledCounter])
    }

    @Test func `ReBench leaves out iterations that the project calls warm-up`() {
        let text =
            "invocation\titeration\tvalue\tunit\tcriterion\tbenchmark\n"
            + "1\t1\t9\tms\ttotal\tB\n1\t2\t1\tms\ttotal\tB\n2\t1\t8\tms\ttotal\tB\n"
            + "2\t2\t2\tms\ttotal\tB\n"
        let report = BenchmarkParser.parse(
            bytes: Array(text.utf8), options: ParseOptions(skipIterations: 1))
        #expect(report.results.map(\.samples) == [[0.001, 0.002]])
        #expect(report.ignored.contains(.init(what: "iterations of warm-up", count: 2)))
    }

    @Test func `load generators that reached nobody have failed`() {
        let hey = "Summary:\n  Requests/sec:\t0\nError distribution:\n  [3]\tconnection refused\n"
        #expect(ParseReport(hey, format: "hey-text").problems == ["benchmark_failed hey -"])
        let wrk = "unable to connect to 127.0.0.1:1 Connection refused\n"
        #expect(
            ParseReport(wrk, format: "wrk-text").problems == ["benchmark_failed 127.0.0.1:1 -"])
        let oha = #"{"summary":{"average":null},"responseTimeHistogram":{}}"#
        #expect(ParseReport(oha).problems == ["benchmark_failed oha -"])
    }

    @Test func `errors in responses are counted`() {
        let wrk =
            "Running 2s test @ http://h/\n    Latency   1ms  1ms  2ms  9%\n"
            + "  Non-2xx or 3xx responses: 7\nRequests/sec:  5\nTransfer/sec:  1.00MB\n"
        let report = ParseReport(wrk)
        #expect(report.results.map(\.metric).last == "error_responses")
        #expect(report.results.last?.value == 7)
        #expect(report.results.first { $0.metric == "bytes_per_second" }?.value == 1_048_576)
    }

    @Test func `a benchmark of Catch2 that failed is a failed case`() {
        let rule = String(repeating: "-", count: 79)
        let report = ParseReport(
            """
            \(rule)
            case
            \(rule)
            a.cc:1
            ..........

            benchmark name  samples  iterations  est run time
                            mean     low mean    high mean
                            std dev  low std dev high std dev
            \(rule)
            good one             20           139    1.81534 ms
                            1.5 us    1.4 us    1.6 us
                            0.1 us    0.1 us    0.2 us

            bad one         Benchmark failed (thrown)

            """)
        #expect(report.results.map(\.name) == ["case / good one"])
        #expect(report.problems == ["benchmark_failed case / bad one -"])
    }

    @Test func `a failed test of XCTest is a failed case, also of Darwin`() {
        let report = ParseReport(
            """
            a.swift:5: Test Case '-[Mod.C m]' measured [CPU Time, s] average: 0.1, values: [1, 3], x
            Test Case '-[Mod.C n]' failed (0.1 seconds)

            """)
        #expect(report.results.map(\.name) == ["Mod.C.m"])
        #expect(report.results.map(\.metric) == ["cpu_time"])
        #expect(report.results.map(\.value) == [2])
        #expect(report.problems == ["benchmark_failed Mod.C.n -"])
    }

    @Test func `rehearsals of Ruby are passed over`() {
        let row = "a   0.1   0.1   0.2 (  0.3)\n"
        let report = ParseReport(
            "Rehearsal ------\n" + row + "--------- total: 0.2sec\n\n"
                + "   user     system      total        real\n" + row)
        #expect(report.results.map(\.samples) == [[0.3], [0.1], [0.1]])
    }

    @Test func `a report of time that is cut has no numbers`() {
        let report = ParseReport("\tCommand being timed: \"a\"\n\tUser time (seconds): 1.00\n")
        #expect(report.results.isEmpty)
        #expect(report.problems == ["truncated a -"])
    }

    @Test func `Criterion's comparison with an earlier run is no result`() {
        let report = ParseReport(
            """
            a   time:   [1.0 ns 2.0 ns 3.0 ns]
                change:
                    time:   [-1.5% +0.5% +2.5%] (p = 0.5 > 0.05)

            """)
        #expect(report.results.map(\.value) == [2e-9])
    }

    @Test func `packages that go test runs at once are kept apart`() {
        func event(_ package: String, _ output: String) -> String {
            #"{"Action":"output","Package":"\#(package)","Output":"\#(output)"}"# + "\n"
        }
        let report = ParseReport(
            event("p", #"BenchmarkA \t"#) + event("q", #"BenchmarkA \t"#)
                + event("p", #"1 1 ns/op\n"#) + event("q", #"1 2 ns/op\n"#))
        #expect(report.results.map(\.name) == ["p.BenchmarkA", "q.BenchmarkA"])
        #expect(report.results.map(\.value) == [1e-9, 2e-9])
    }
}
