import Testing

@testable import BenchmarkFormats

/// What the recorded outputs do not show.
@Suite struct ToolFormatTests {
    struct Run: Sendable {
        let text: String
        let name: String
        let params: [String: String]
    }

    @Test(arguments: [
        Run(text: "BM_A", name: "BM_A", params: [:]),
        Run(text: "BM_A/16/-3", name: "BM_A", params: ["arg0": "16", "arg1": "-3"]),
        Run(
            text: "BM_A/size:64/7/real_time/threads:2", name: "BM_A/real_time",
            params: ["size": "64", "arg0": "7", "threads": "2"]),
        Run(text: "BM_A<a::b>/std::c/8", name: "BM_A<a::b>/std::c", params: ["arg0": "8"]),
        Run(text: "12/x:/-", name: "12/x:/-", params: [:]),
        Run(text: "//", name: "//", params: [:]),
    ])
    func `a run of Google Benchmark splits into name and parameters`(_ given: Run) {
        let (name, params) = GoogleRow.split(given.text)
        #expect(name == given.name)
        #expect(params == given.params)
    }

    @Test func `counters get their unit from their name`() {
        let report = google(
            #"""
            {"name": "a", "real_time": 5, "cpu_time": 4, "time_unit": "us", "hits": -2,
             "items_per_second": 9, "bytes_per_second": 8, "allocs_per_iter": 3,
             "max_bytes_used": 7, "label": "x", "threads": 1, "hits": 3}
            """#)
        #expect(
            report.results.map { "\($0.metric) \($0.unit) \($0.better) \($0.value)" } == [
                "time s lower 4.9999999999999996e-06", "cpu_time s lower 4e-06",
                "hits count none 3.0", "items_per_second ops/s higher 9.0",
                "bytes_per_second B/s higher 8.0", "allocations count lower 3.0",
                "peak_memory B lower 7.0",
            ])
    }

    @Test func `a bad counter takes only itself away`() {
        let report = google(#"{"name": "a", "real_time": 5, "x": NaN, "bytes_per_second": -1}"#)
        #expect(report.results.map(\.metric) == ["time"])
        #expect(
            report.problems == ["value_not_finite a x", "value_invalid a bytes_per_second"])
    }

    @Test func `aggregates count only for a run that has no rows of its own`() {
        let report = google(
            #"{"run_name": "a", "run_type": "iteration", "real_time": 5}"#,
            #"{"run_name": "a", "run_type": "aggregate", "aggregate_name": "mean"}"#,
            #"{"run_name": "b", "aggregate_name": "mean", "real_time": 7}"#,
            #"{"run_name": "b", "run_type": "aggregate", "aggregate_name": "cv", "real_time": 8}"#)
        #expect(report.results.map(\.name) == ["a", "b"])
        #expect(report.results.map(\.statistic) == [.single, .mean])
    }

    @Test func `the aggregates of a run need not stand together`() {
        let report = google(
            #"{"run_name": "b", "aggregate_name": "stddev", "real_time": 2}"#,
            #"{"run_name": "a", "real_time": 5}"#,
            #"{"run_name": "b", "aggregate_name": "mean", "real_time": 7}"#)
        #expect(report.results.map(\.name) == ["b", "a"])
        #expect(report.results.first?.stats.keys.sorted() == ["mean", "stddev"])
        #expect(report.errors.isEmpty)
    }

    @Test func `old files tell aggregates by the name alone`() {
        let report = google(
            #"{"name": "a", "real_time": 5}"#, #"{"name": "a", "real_time": 7}"#,
            #"{"name": "a_mean", "real_time": 6}"#, #"{"name": "a_BigO", "cpu_coefficient": 1}"#,
            #"{"name": "geo_mean", "real_time": 1}"#)
        #expect(report.results.map(\.name) == ["a", "geo_mean"])
        #expect(report.results.first?.samples.count == 2)
    }

    @Test func `skipped, failed and incomplete rows are listed`() {
        let report = google(
            #"{"name": "a/1", "skipped": true, "skip_message": "no device", "real_time": 0}"#,
            #"{"name": "b/1", "error_occurred": true, "error_message": "bad"}"#,
            #"{"name": "c"}"#, #"{"real_time": 1}"#)
        #expect(
            Set(report.problems) == [
                "benchmark_skipped a/1 -", "benchmark_failed b/1 -", "entry_invalid c -",
                "entry_invalid - -",
            ])
        #expect(report.errors.contains { $0.message == "no device" })
    }

    @Test func `a debug build of the library is a warning`() {
        let report = ParseReport(
            #"""
            {"context": {"library_build_type": "debug"},
             "benchmarks": [{"name": "a", "real_time": 1}]}
            """#)
        #expect(report.warnings.map(\.kind) == [.debugBuild])
        #expect(report.status == .ok)
    }

    struct Test: Sendable { let entry: String; let name: String; let params: [String: String] }

    @Test(arguments: [
        Test(entry: #""fullname": "t.py::f", "params": null"#, name: "t.py::f", params: [:]),
        Test(
            entry: #""fullname": "t.py::f[a[0]::b]", "name": "f[a[0]::b]", "params": {"x": [1]}"#,
            name: "t.py::f", params: ["x": "[1]"]),
        Test(
            entry: #""fullname": "d[1]/t.py::f[2]", "name": "f[2]""#, name: "d[1]/t.py::f",
            params: ["param": "2"]),
        Test(
            entry: #""fullname": "\u00e9]", "name": "e\u0301]""#, name: "\u{E9}]", params: [:]),
    ])
    func `a case of pytest-benchmark splits into name and parameters`(_ given: Test) {
        let report = ParseReport(
            #"{"machine_info": {}, "benchmarks": [{"stats": {"mean": 1}, \#(given.entry)}]}"#)
        #expect(report.results.map(\.name) == [given.name])
        #expect(report.results.map(\.params) == [given.params])
    }

    @Test func `pytest-benchmark without mean takes the median of the rounds`() {
        let report = ParseReport(
            #"""
            {"machine_info": {}, "benchmarks": [
             {"fullname": "a", "stats": {"data": [3, 1, 2, 9], "min": 1}},
             {"fullname": "b", "stats": {}}, {"fullname": "c"}]}
            """#)
        #expect(report.results.map(\.value) == [2.5])
        #expect(report.results.map(\.stats) == [[:]])
        #expect(report.problems == ["entry_invalid b -", "entry_invalid c -"])
    }

    @Test func `hyperfine memory becomes samples of its own metric`() throws {
        let report = ParseReport(
            #"""
            {"results": [{"command": "a", "times": [1, 2], "memory_usage_byte": [10, 30, 20],
              "parameters": {"n": 5}, "exit_codes": [0, null]}]}
            """#)
        let memory = try #require(report.results.last)
        #expect(memory.metric == "peak_memory")
        #expect(memory.unit == "B")
        #expect(memory.value == 20)
        #expect(memory.params == ["n": "5"])
        #expect(report.results.first?.value == 1.5)
        #expect(report.problems == ["nonzero_exit a -"])
    }

    private func google(_ rows: String...) -> ParseReport {
        ParseReport(
            #"{"context": {}, "benchmarks": ["# + rows.joined(separator: ",") + "]}")
    }
}
