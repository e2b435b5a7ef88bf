/// A file of one format, as large as wanted: entries of about a kilobyte, each with its own name.
struct FormatSample: Sendable {
    let id: String
    private let head: String
    private let separator: String
    private let tail: String
    private let entry: @Sendable (Int, inout FormatFigures) -> String

    init(
        _ id: String, _ head: String = "", separator: String = "", _ tail: String = "",
        entry: @escaping @Sendable (Int, inout FormatFigures) -> String
    ) {
        self.id = id
        self.head = head
        self.separator = separator
        self.tail = tail
        self.entry = entry
    }

    /// Hands over pieces of a file of about `byteCount` bytes.
    func write(_ byteCount: Int, to sink: (String) throws -> Void) rethrows {
        var figures = FormatFigures()
        var written = head.utf8.count
        try sink(head)
        var number = 0
        while written < byteCount {
            let piece = (number > 0 ? separator : "") + entry(number, &figures)
            try sink(piece)
            written += piece.utf8.count
            number += 1
        }
        try sink(tail)
    }

    static let all = documents + arrays + records + lines + markup

    private static let documents = [
        FormatSample(
            "fleetmark-json", #"{"schema":"fleetmark.results.v1","results":["#,
            separator: ",", "]}"
        ) { number, figures in
            #"{"name":"b\#(number)","metric":"time","unit":"ms","samples":[\#(figures.list(60))]}"#
        },
        FormatSample(
            "benchmarkdotnet-json", #"{"HostEnvironmentInfo":{},"Benchmarks":["#,
            separator: ",", "]}"
        ) { number, figures in
            let rows = (1...20).map { index in
                #"{"IterationMode":"Workload","IterationStage":"Result","LaunchIndex":1,"#
                    + #""IterationIndex":\#(index),"Operations":4096,"Nanoseconds":"#
                    + "\(figures.next())}"
            }
            return #"{"DisplayInfo":"T.M\#(number): DefaultJob","Namespace":"N","Type":"T","#
                + #""Method":"M\#(number)","Parameters":"n=1","Statistics":{"Mean":17.25},"#
                + #""Measurements":[\#(rows.joined(separator: ","))]}"#
        },
        FormatSample(
            "mitata-json", #"{"layout":[],"context":{},"benchmarks":["#,
            separator: ",", "]}"
        ) { number, figures in
            #"{"alias":"b\#(number)","runs":[{"args":{},"stats":{"avg":12.5,"samples":"#
                + "[\(figures.list(60))]}}]}"
        },
        FormatSample(
            "google-benchmark-json", "{\n  \"context\": {},\n  \"benchmarks\": [\n",
            separator: ",\n", "\n  ]\n}\n"
        ) { number, figures in
            (0..<3).map { googleRow(number, repetition: $0, &figures) }.joined(separator: ",\n")
        },
        FormatSample(
            "pytest-benchmark-json", #"{"machine_info":{},"benchmarks":["#,
            separator: ",", #"],"version":"5.3.1"}"#
        ) { number, figures in
            #"{"fullname":"t.py::b\#(number)","name":"b\#(number)","params":null,"stats":"#
                + #"{"mean":0.5,"data":[\#(figures.list(60))]}}"#
        },
        FormatSample(
            "asv-json", #"{"result_columns":["result","params","samples"],"results":{"#,
            separator: ",", "}}"
        ) { number, figures in
            #""s.time_b\#(number)":[[0.5],[],[[\#(figures.list(60))]]]"#
        },
        FormatSample(
            "pyperf-json", #"{"version":"1.0","benchmarks":["#,
            separator: ",", "]}"
        ) { number, figures in
            let runs = (0..<6).map { _ in #"{"values":[\#(figures.list(10))]}"# }
            return #"{"metadata":{"name":"b\#(number)","unit":"second"},"runs":"#
                + "[\(runs.joined(separator: ","))]}"
        },
        FormatSample("hyperfine-json", #"{"results":["#, separator: ",", "]}") { number, figures in
            #"{"command":"run \#(number)","mean":0.0123,"stddev":0.001,"#
                + #""times":[\#(figures.list(60))]}"#
        },
        FormatSample(
            "vitest-bench-json", #"{"files":[{"groups":[{"fullName":"f","benchmarks":["#,
            separator: ",", "]}]}]}"
        ) { number, figures in
            #"{"name":"b\#(number)","mean":0.5,"samples":[\#(figures.list(60))]}"#
        },
        FormatSample("k6-summary-json", #"{"metrics":{"#, separator: ",", "}}") { number, figures in
            let values = ["avg", "min", "med", "max", "p(90)", "p(95)"].map {
                #""\#($0)":\#(figures.next())"#
            }
            return #""m\#(number)":{"type":"trend","contains":"time","values":"#
                + #"{\#(values.joined(separator: ","))},"note":"\#(FormatFigures.words)"}"#
        },
        FormatSample(
            "oha-json", #"{"summary":{"average":0.5,"requestsPerSec":9.5},"latency":["#,
            separator: ",", #"],"responseTimeHistogram":{}}"#
        ) { _, figures in
            "[\(figures.list(50))]"
        },
        FormatSample(
            "swift-benchmark-json", #"{"benchmarks":["#,
            separator: ",", "]}"
        ) { number, figures in
            #"{"name":"b\#(number)","time":\#(figures.next()),"std":1.5,"note":"#
                + #""\#(FormatFigures.words)"}"#
        },
        FormatSample("bmf-json", "{", separator: ",", "}") { number, figures in
            #""b\#(number)":{"latency":{"value":\#(figures.next()),"lower_value":1.5,"note":"#
                + #""\#(FormatFigures.words)"}}"#
        },
    ]

    private static let arrays = [
        FormatSample("jmh-json", "[", separator: ",", "]") { number, figures in
            let forks = (0..<3).map { _ in "[\(figures.list(20))]" }
            return #"{"benchmark":"b.b\#(number)","mode":"avgt","threads":1,"primaryMetric":"#
                + #"{"score":12.5,"scoreError":0.5,"scoreUnit":"ns/op","rawData":"#
                + "[\(forks.joined(separator: ","))]},\"secondaryMetrics\":{}}"
        },
        FormatSample("benchmark-ips-json", "[", separator: ",", "]") { number, figures in
            #"{"name":"b\#(number)","ips":\#(figures.next()),"stddev":4,"note":"#
                + #""\#(FormatFigures.words)"}"#
        },
        FormatSample("benchee-json", "[", separator: ",", "]") { number, figures in
            #"{"job_name":"b\#(number)","run_time_data":{"samples":[\#(figures.list(60))],"#
                + #""statistics":{"average":5.5}}}"#
        },
        FormatSample("gha-custom-json", "[", separator: ",", "]") { number, figures in
            #"{"name":"b\#(number)","unit":"ms","value":\#(figures.next()),"extra":"#
                + #""\#(FormatFigures.words)"}"#
        },
    ]
}

extension FormatSample {
    /// As Google Benchmark lays it out.
    private static func googleRow(
        _ number: Int, repetition: Int, _ figures: inout FormatFigures
    ) -> String {
        """
            {
              "name": "BM_Copy_\(number)/64",
              "family_index": \(number),
              "per_family_instance_index": 0,
              "run_name": "BM_Copy_\(number)/64",
              "run_type": "iteration",
              "repetitions": 3,
              "repetition_index": \(repetition),
              "threads": 1,
              "iterations": 100000,
              "real_time": \(figures.next()),
              "cpu_time": \(figures.next()),
              "time_unit": "ns"
            }
        """
    }
}

/// Figures with eleven digits, as clocks give them; the same ones in every file.
struct FormatFigures {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    static let words = String(repeating: "words that no benchmark format looks at ", count: 16)

    mutating func next() -> String {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return "0.0\(10_000_000_000 + state % 89_999_999_999)"
    }

    mutating func list(_ count: Int) -> String {
        (0..<count).map { _ in next() }.joined(separator: ",")
    }
}
