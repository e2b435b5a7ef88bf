extension FormatSample {
    private static func goEvent(_ output: String) -> String {
        #"{"Time":"2026-01-01T00:00:00.164056098Z","Action":"output","Package":"#
            + #""example.org/p","Test":"BenchmarkCopy","Output":"\#(output)"}"# + "\n"
    }

    private static let noise = "[12/400] Compiling a file of a project\n\(FormatFigures.words)\n"

    static let records = [
        FormatSample("go-test-json", #"{"Action":"start","Package":"p"}"# + "\n") {
            number, figures in
            (0..<4).map { _ in
                goEvent("BenchmarkCopy\(number)-2   \\t")
                    + goEvent("     200\\t       \(figures.next()) ns/op\\t     256 B/op\\n")
            }.joined()
        },
        FormatSample(
            "fleetmark-ndjson",
            #"{"schema":"fleetmark.results.v1","type":"header"}"# + "\n"
        ) { number, figures in
            #"{"type":"result","name":"b\#(number)","unit":"ms","samples":[\#(figures.list(60))]}"#
                + "\n"
        },
        FormatSample("cargo-criterion-ndjson") { number, figures in
            let counts = (1...40).map { "\($0 * 50)" }.joined(separator: ",")
            return #"{"reason":"benchmark-complete","id":"b\#(number)","unit":"ns","#
                + #""iteration_count":[\#(counts)],"measured_values":[\#(figures.list(40))],"#
                + #""typical":{"estimate":5.5,"lower_bound":5.0,"upper_bound":6.0}}"# + "\n"
        },
        FormatSample("libtest-json", #"{"type":"suite","event":"started"}"# + "\n") {
            number, figures in
            #"{"type":"bench","name":"b\#(number)","median":\#(figures.next()),"deviation":1.5,"#
                + #""note":"\#(FormatFigures.words)"}"# + "\n"
        },
        FormatSample("perf-stat-json", "# started on a day\n\n") { number, figures in
            #"{"counter-value" : "\#(figures.next())", "unit" : "", "event" : "#
                + #""e\#(number % 50)", "event-runtime" : 581714, "pcnt-running" : 100.00}"# + "\n"
        },
        FormatSample("gungraun-json") { number, figures in
            let events = ["Ir", "EstimatedCycles"].map {
                #""\#($0)":{"diffs":null,"metrics":{"Left":{"Float":\#(figures.next())}}}"#
            }
            return #"{"version":"6","module_path":"m::b\#(number)","note":"#
                + #""\#(FormatFigures.words + FormatFigures.words)","profiles":[{"#
                + #""tool":"Callgrind","summaries":{"total":{"summary":{"Callgrind":"#
                + "{\(events.joined(separator: ","))}}}}}]}\n"
        },
    ]

    static let lines = [
        FormatSample(
            "rebench-data",
            "invocation\titeration\tvalue\tunit\tcriterion\tbenchmark\texecutor\tsuite\n"
        ) {
            number, figures in
            (1...20).map { "1\t\($0)\t\(figures.next())\tms\ttotal\tb\(number)\tSh\tS\n" }.joined()
        },
        FormatSample("gnu-time-text") { number, figures in
            "\tCommand being timed: \"run \(number)\"\n\tUser time (seconds): \(figures.next())\n"
                + "\tElapsed (wall clock) time (h:mm:ss or m:ss): 0:01.25\n"
                + "\tMaximum resident set size (kbytes): 1824\n\tExit status: 0\n" + noise + noise
                + noise
        },
        FormatSample("perf-stat-csv") { number, figures in
            "\(figures.next()),msec,e\(number % 50),608684,100.00,0.292,CPUs utilized\n"
        },
        FormatSample("xctest-text") { number, figures in
            "a.swift:5: Test Case 'C.m\(number)' measured [Time, seconds] average: 0.021, "
                + "relative standard deviation: 8.790%, values: [\(figures.list(50))], "
                + "performanceMetricID: x\n"
        },
        FormatSample("wrk-text") { number, figures in
            "Running 2s test @ http://h/\(number)\n    Latency     4.06ms    4.70ms  50.37ms   "
                + "91.34%\n     50%    2.62ms\nRequests/sec:   \(figures.next())\n"
                + "Transfer/sec:    222.34KB\n" + noise + noise
        },
        FormatSample(
            "hey-text", "Summary:\n  Average:\t0.5 secs\n  Requests/sec:\t1165.2\n"
        ) { _, figures in
            "Response time histogram:\n  \(figures.next()) [1]\t|■\n"
        },
        FormatSample("go-bench-text", "goos: linux\npkg: p\n") { number, figures in
            (0..<20).map { _ in
                "BenchmarkB\(number)/n=16-2   \t    2000\t  \(figures.next()) ns/op\t"
                    + "     256 B/op\t      19 allocs/op\n"
            }.joined()
        },
        FormatSample("catch2-console") { number, figures in
            let rule = String(repeating: "-", count: 79) + "\n"
            return "\(rule)case \(number)\n\(rule)a.cc:7\n\nbenchmark name   samples   iterations"
                + "    estimated\n   mean\n   std dev\n\(rule)b   20   139    1.81534 ms\n"
                + "     \(figures.next()) us    237.549 ns    4.56319 us\n"
                + "     3.76149 us     29.003 ns    7.47508 us\n" + noise
        },
        FormatSample(
            "divan-console",
            "fleet   fastest │ slowest │ median │ mean │ samples │ iters\n"
        ) { number, figures in
            "├─ b\(number)   \(figures.next()) ns │ 1.875 ns │ 0.578 ns │ 0.61 ns │ 100 │ 4096\n"
                + noise
        },
        FormatSample("rust-console", "test a ... bench: 1 ns/iter (+/- 0)\n") { number, figures in
            "b\(number)   time:   [7.3823 µs \(figures.next()) µs 14.239 µs]\n" + noise
        },
        FormatSample("criterion-console") { number, figures in
            "b\(number)   time:   [7.3823 µs \(figures.next()) µs 14.239 µs]\n" + noise
        },
        FormatSample("libtest-text") { number, figures in
            "test b\(number) ... bench:   1,\(figures.next()) ns/iter (+/- 89.1)\n" + noise
        },
        FormatSample("iai-text") { number, figures in
            "b\(number)\n  Instructions:   \(figures.next())\n\n"
                + noise + noise
        },
        FormatSample("benchmark-ips-text") { number, figures in
            "b\(number)    \(figures.next())k (± 3.7%) i/s -     68.132k in   0.369090s\n" + noise
        },
        FormatSample("benchmarkjs-text") { number, figures in
            "b\(number) x \(figures.next()) ops/sec ±35.81% (6 runs sampled)\n" + noise
        },
        FormatSample("ruby-benchmark-text", "  user     system      total        real\n") {
            number, figures in
            "b\(number):   \(figures.next())   0.000000   0.007321 (  0.023327)\n" + noise + noise
                + noise
        },
        FormatSample("dart-benchmark-harness-text") { number, figures in
            "b\(number)(RunTime): \(figures.next()) us.\n" + noise
        },
    ]

    static let markup = [
        FormatSample("catch2-xml", "<Catch2TestRun>", "</Catch2TestRun>") { number, figures in
            "<TestCase name=\"c\(number)\"><BenchmarkResults name=\"b\" samples=\"20\">"
                + "<!--\(FormatFigures.words)--><mean value=\"\(figures.next())\" "
                + "lowerBound=\"1.5\" upperBound=\"2.5\" ci=\"0.95\"/><standardDeviation "
                + "value=\"1.5\"/></BenchmarkResults></TestCase>\n"
        },
        FormatSample(
            "phpbench-xml",
            "<phpbench><suite><benchmark class=\"C\">", "</benchmark></suite></phpbench>"
        ) {
            number, figures in
            let iterations = (0..<16).map { _ in
                "<iteration time-net=\"1304\" time-revs=\"1000\" time-avg=\"\(figures.next())\" "
                    + "mem-peak=\"502786\" mem-real=\"2097152\"/>"
            }
            return "<subject name=\"b\(number)\"><variant revs=\"1000\">"
                + iterations.joined() + "<stats mean=\"1.24505\"/></variant></subject>\n"
        },
    ]
}
