import ArgumentParser
import Foundation
import Statistics
import Storage

/// How quick the statistics are, beside Apache Otava on the same series in the same run.
struct StatisticsBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statistics",
        abstract: "Change points beside Apache Otava, comparisons, and `fleetmark stats`.")

    @Option(help: "Python that has apache-otava.") var python: String
    @Option(help: "Path of fleetmark.") var fleetmark: String?
    @Option(help: "Rounds; the quickest of each side counts.") var rounds = 5

    func run() throws {
        try withScratch { folder in
            let peer = OtavaPeer(python: python, folder: folder)
            print("CPU time, the quickest of \(rounds) rounds in turns; apache-otava 0.8.0")
            try batches(peer)
            try appends(peer)
            try growth()
            try comparisons()
            try starts(folder)
        }
    }

    private func batches(_ peer: OtavaPeer) throws {
        for (name, step) in [("without a change", 0.0), ("steps of 2 %", 2)] {
            let many = (0..<200).map {
                Self.series(500, seed: UInt64($0), step: step, every: 100)
            }
            let long = [Self.series(10_000, seed: 7, step: step)]
            for (what, series) in [("200 x 500 points", many), ("10,000 points", long)] {
                var (fleet, otava, theirs) = (Double.infinity, Double.infinity, Double.infinity)
                for _ in 0..<rounds {
                    theirs = try min(theirs, peer.batchSeconds(series))
                    fleet = try min(fleet, Self.seconds(series, FleetDetector.standard))
                    otava = try min(otava, Self.seconds(series, OtavaDetector()))
                }
                print(
                    Self.line(
                        "\(what), \(name)", fleet * 1e3, theirs * 1e3, "ms", theirs / fleet),
                    String(format: "algorithm otava %.0fx", theirs / otava))
            }
        }
    }

    private func appends(_ peer: OtavaPeer) throws {
        let count = 200
        for (name, step) in [("without a change", 0.0), ("steps of 2 %", 2)] {
            let series = Self.series(10_000 + count, seed: 9, step: step)
            var (ours, theirs) = (Double.infinity, Double.infinity)
            for _ in 0..<rounds {
                theirs = try min(theirs, peer.appendSeconds(series, last: count))
                var grown = ChangePointSeries(by: FleetDetector.standard)
                try grown.append(contentsOf: series[..<10_000].map { Optional($0) }[...])
                let start = Self.now()
                for value in series[10_000...] { try grown.append(value) }
                ours = min(ours, (Self.now() - start) / Double(count))
            }
            print(
                Self.line(
                    "one more of 10,000, \(name)", ours * 1e6, theirs * 1e6, "us", theirs / ours))
        }
    }

    private func growth() throws {
        for (name, step) in [("without a change", 0.0), ("steps of 2 %", 2)] {
            let times = try [1000, 10_000].map { size in
                let series = [Self.series(size, seed: 7, step: step)]
                return try (0..<rounds * 4).map { _ in
                    try Self.seconds(series, FleetDetector.standard)
                }.min() ?? 0
            }
            print(
                String(
                    format: "%-50@ %.1f", "time(10,000) / time(1,000), \(name)" as NSString,
                    times[1] / times[0]))
        }
    }

    /// From the samples of 10,000 benchmark × metric pairs to rows that are judged, in turns and
    /// of two attempts.
    private func comparisons() throws {
        let question = try ComparisonQuestion(pairs: 10_000, visits: 20, repetitions: 3)
        for design in [ComparisonMethod.Design.interleaved, .separate] {
            var best = Double.infinity
            for _ in 0..<rounds {
                let start = Self.now()
                try question.answer(design)
                best = min(best, Self.now() - start)
            }
            print(
                String(
                    format: "%-50@ %.3f s",
                    "comparison of 10,000 pairs, \(design.rawValue)" as NSString, best))
        }
    }

    /// From the start of the process to its end, the shell's start included.
    private func starts(_ folder: String) throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program =
            fleetmark
            ?? URL(fileURLWithPath: own).deletingLastPathComponent().path + "/fleetmark"
        let values = Self.series(10_000, seed: 11, step: 2)
        let list = String(decoding: try JSONEncoder().encode(values), as: UTF8.self)
        let request =
            "{\"id\":\"1\",\"op\":\"changepoints\",\"params\":{\"edition\":2,\"values\":\(list)}}\n"
        let input = folder + "/request"
        try request.write(toFile: input, atomically: true, encoding: .utf8)
        let rows = [
            ("fleetmark stats, 10,000 points", "exec '\(program)' stats < '\(input)'"),
            ("fleetmark --version", "exec '\(program)' --version"),
        ]
        for (name, command) in rows {
            var times: [Double] = []
            for _ in 0..<rounds * 4 {
                let ended = try PlainProcess.run("/bin/sh", ["-c", command])
                guard ended.status == 0 else { throw ValidationError("\(command) failed") }
                times.append(Double(ended.nanoseconds) * 1e-6)
            }
            let median = try Quantile.median(of: times)
            print(
                String(
                    format: "%-50@ median %.1f ms, quickest %.1f ms (wall)", name as NSString,
                    median, times.min() ?? 0))
        }
    }

    private static func line(
        _ name: String, _ ours: Double, _ theirs: Double, _ unit: String, _ ratio: Double
    ) -> String {
        String(
            format: "%-50@ %9.2f %@, otava %10.2f %@: %5.0fx", name as NSString, ours,
            unit as NSString, theirs, unit as NSString, ratio)
    }

    private static func seconds<Detector: LevelDetector>(
        _ series: [[Double]], _ detector: Detector
    ) throws -> Double {
        let start = now()
        for values in series { _ = try detector.changePoints(in: values) }
        return now() - start
    }

    static func series(
        _ count: Int, seed: UInt64, step: Double, every length: Int = 500
    ) -> [Double] {
        var generator = SplitMix64(seed: seed)
        return SampleSeries.white.values(count, &generator).enumerated().map { index, value in
            value + Double(index / length % 3) * step
        }
    }

    /// CPU seconds of this process.
    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
