import ArgumentParser
import Foundation
import Statistics

/// How often change points are false, how soon a step is found, and how well it is located.
struct CharacteristicsBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "characteristics",
        abstract: "Operating characteristics by simulation, as tables in Markdown.")

    @Option(help: "Python that has apache-otava.") var python: String
    @Option(help: "Series for each figure.") var series = 1000
    @Option(help: "Seed of all series.") var seed: UInt64 = 20_261_121

    /// Values before a step.
    private static let before = 60

    func run() throws {
        try withScratch { folder in
            let peer = OtavaPeer(python: python, folder: folder)
            print("Seed \(seed), \(series) series for each figure.\n")
            try falsePoints(peer)
            try power(peer)
            try location(peer)
            try shapes(peer)
            try shortLevels(peer)
            try singleRuns()
        }
    }

    /// The answers of each detector for the same series.
    private struct Answers {
        let fleet: [[Int]]
        let first: [[Int]]
        let otava: [[Int]]
        let rustc: [[Int]]

        var all: [[[Int]]] { [fleet, first, otava, rustc] }

        init(_ series: [[Double]], _ peer: OtavaPeer) throws {
            let detectors = try (FleetDetector.standard, FleetDetector(.first))
            fleet = try series.map { try detectors.0.changePoints(in: $0).map(\.index) }
            first = try series.map { try detectors.1.changePoints(in: $0).map(\.index) }
            otava = try peer.points(series)
            rustc = try series.map(RustcPerfRule.changes)
        }
    }

    private func falsePoints(_ peer: OtavaPeer) throws {
        print("### Series of 200 points in which nothing changes\n")
        print(
            "Share of series with a change point; *many* is the default on \(20 * series) series.")
        print("The last column counts series in which the default said so at any time while they")
        print("grew from 20 points to 200.\n")
        print(
            "| noise | fleet | many | fleet, edition 1 | Otava 0.8.0 | rustc-perf | fleet, ever |")
        print("|---|---|---|---|---|---|---|")
        for kind in SampleSeries.allCases {
            var generator = SplitMix64(seed: seed)
            let values = (0..<series).map { _ in kind.values(200, &generator) }
            var shares = try Answers(values, peer).all.map { found in
                share(found.count { !$0.isEmpty })
            }
            let detector = FleetDetector.standard
            let many = try (0..<20 * series).count { _ in
                try !detector.changePoints(in: kind.values(200, &generator)).isEmpty
            }
            shares.insert(percent(Double(many) / Double(20 * series)), at: 1)
            let ever = try values.count { try Self.everFound($0) }
            let name = kind.rawValue + (kind.isChangeFree ? "" : " (2 % in all)")
            print("| \(name) | \(shares.joined(separator: " | ")) | \(share(ever)) |")
        }
        print("")
    }

    private static func everFound(_ values: [Double]) throws -> Bool {
        var grown = ChangePointSeries(by: FleetDetector.standard)
        try grown.append(contentsOf: values[..<20].map { Optional($0) }[...])
        for value in values[20...] {
            if !grown.changePoints.isEmpty { return true }
            try grown.append(value)
        }
        return !grown.changePoints.isEmpty
    }

    private func stepped(
        _ kind: SampleSeries, _ step: Double, after: Int, before: Int = before
    ) -> [[Double]] {
        var generator = SplitMix64(seed: seed ^ 0x5EED)
        return (0..<series).map { _ in
            kind.values(before + after, &generator).enumerated().map { index, value in
                index < before ? value : value + step
            }
        }
    }

    /// The found point nearest to the step, within five.
    private static func nearest(_ found: [Int]) -> Int? {
        let near = found.min { abs($0 - before) < abs($1 - before) }
        return near.flatMap { abs($0 - before) <= 5 ? $0 : nil }
    }

    private func power(_ peer: OtavaPeer) throws {
        print("### A step in white noise of 1 %, after \(Self.before) points\n")
        print("Share of series in which it is found (within five points) by the time that so many")
        print("values are behind it. rustc-perf judges each commit once, when it comes.\n")
        print("| step | values behind | fleet | fleet, edition 1 | Otava 0.8.0 | rustc-perf |")
        print("|---|---|---|---|---|---|")
        for step in [1.0, 1.5, 2, 3, 5] {
            for after in [4, 6, 8, 10, 15, 30] {
                let found = try Answers(stepped(.white, step, after: after), peer).all
                let shares = found.map { answers in
                    share(answers.count { Self.nearest($0) != nil })
                }
                print("| \(text(step)) % | \(after) | \(shares.joined(separator: " | ")) |")
            }
        }
        let within = try stepped(.white, 2, after: 15).count { try Self.isFoundInTime($0) }
        print(
            "\nA step of 2 % is found at some time within 15 values by the default: ",
            terminator: "")
        print("\(share(within)).\n")
    }

    private static func isFoundInTime(_ values: [Double]) throws -> Bool {
        var grown = ChangePointSeries(by: FleetDetector.standard)
        try grown.append(contentsOf: values[..<before].map { Optional($0) }[...])
        for value in values[before...] {
            try grown.append(value)
            if nearest(grown.changePoints.map(\.index)) != nil { return true }
        }
        return false
    }

    private func location(_ peer: OtavaPeer) throws {
        print("### Where the step is put, of those found\n")
        print("*Bound* is what no method can do better than: the place that most probably lies")
        print("within one of the truth, told the noise, both levels and endless values behind.\n")
        print("| step, values behind | | exact | within one | within two |")
        print("|---|---|---|---|---|")
        for (step, after) in [(2.0, 15), (2, 30), (3, 15), (3, 30)] {
            let values = stepped(.white, step, after: after)
            let answers = try Answers(values, peer)
            let rows = [
                ("fleet", answers.fleet), ("fleet, edition 1", answers.first),
                ("Otava 0.8.0", answers.otava),
            ]
            for (name, found) in rows {
                let places = found.compactMap(Self.nearest).map { $0 - Self.before }
                print("| \(text(step)) %, \(after) | \(name) \(row(places)) |")
            }
        }
        for step in [2.0, 3] { print("| \(text(step)) % | bound \(row(bound(step))) |") }
        print("")
    }

    private func row(_ errors: [Int]) -> String {
        [0, 1, 2].map { reach in
            let near = errors.count { abs($0) <= reach }
            return "| " + percent(Double(near) / Double(max(1, errors.count)))
        }.joined(separator: " ")
    }

    private func bound(_ step: Double) -> [Int] {
        stepped(.white, step, after: 60).map { values in
            var logarithms = [0.0]
            for value in values {
                let (low, high) = (value - SampleSeries.level, value - SampleSeries.level - step)
                logarithms.append(logarithms[logarithms.count - 1] + (high * high - low * low) / 2)
            }
            let most = logarithms.max() ?? 0
            let weights = logarithms.map { exp($0 - most) }
            let places = 1..<weights.count - 1
            let sums = places.map { weights[$0 - 1] + weights[$0] + weights[$0 + 1] }
            let best = sums.indices.max { sums[$0] < sums[$1] } ?? 0
            return best + 1 - Self.before
        }
    }

    private func shapes(_ peer: OtavaPeer) throws {
        print("### A step of 3 % in other noise, 30 values behind it\n")
        print("Found, and series with a point that is farther than five from it.\n")
        print("| noise | fleet | false | Otava 0.8.0 | false | rustc-perf | false |")
        print("|---|---|---|---|---|---|---|")
        for kind in SampleSeries.allCases where kind.isChangeFree {
            let answers = try Answers(stepped(kind, 3, after: 30), peer)
            let cells = [answers.fleet, answers.otava, answers.rustc].map { found in
                let hits = share(found.count { Self.nearest($0) != nil })
                let wrong = found.count { $0.contains { abs($0 - Self.before) > 5 } }
                return "\(hits) | \(share(wrong))"
            }
            print("| \(kind.rawValue) | \(cells.joined(separator: " | ")) |")
        }
        print("")
    }

    private struct Course {
        let name: String
        /// So many values each, and by how many steps their level differs from the first.
        let parts: [(count: Int, steps: Double)]
    }

    private static let courses = [
        Course(name: "20, 10 higher, 20 as before", parts: [(20, 0), (10, 1), (20, 0)]),
        Course(name: "60, 6 higher, 60 as before", parts: [(60, 0), (6, 1), (60, 0)]),
        Course(name: "60, 25 higher, 60 as before", parts: [(60, 0), (25, 1), (60, 0)]),
        Course(name: "60, 20 lower, 4 higher", parts: [(60, 0), (20, -1), (4, 1)]),
        Course(name: "9, 11 lower, 4 higher", parts: [(9, 0), (11, -1), (4, 1)]),
    ]

    private func shortLevels(_ peer: OtavaPeer) throws {
        print("### Levels that are short, in white noise of 1 %\n")
        print("Share of series in which every change is found within one of its place; in brackets")
        print("with boundaries that are not confirmed yet.\n")
        print("| values | step | fleet | fleet, edition 1 | Otava 0.8.0 |")
        print("|---|---|---|---|---|")
        for course in Self.courses {
            for step in [2.0, 3, 5] {
                let values = self.values(course, step)
                let answers = try Answers(values, peer)
                let all = try values.map {
                    try FleetDetector.standard.boundaries(in: $0).map(\.index)
                }
                let shares = [answers.fleet, all, answers.first, answers.otava].map { found in
                    share(found.count { isWhole($0, course) })
                }
                print(
                    "| \(course.name) | \(text(step)) % | \(shares[0]) (\(shares[1])) "
                        + "| \(shares[2]) | \(shares[3]) |")
            }
        }
        print("")
    }

    private func values(_ course: Course, _ step: Double) -> [[Double]] {
        var generator = SplitMix64(seed: seed ^ 0x5407)
        return (0..<series).map { _ in
            course.parts.flatMap { part in
                SampleSeries.white.values(part.count, &generator).map { $0 + part.steps * step }
            }
        }
    }

    private func isWhole(_ found: [Int], _ course: Course) -> Bool {
        var place = 0
        return course.parts.dropLast().allSatisfy { part in
            place += part.count
            return found.contains { abs($0 - place) <= 1 }
        }
    }

    /// Two builds that do not differ, when runs differ by more than their repetitions tell.
    private func singleRuns() throws {
        print("### Two builds that do not differ, runs 1 %, repetitions 0.3 %\n")
        print("Share of comparisons called different at 5 %.\n")
        print("| method | share |")
        print("|---|---|")
        var generator = SplitMix64(seed: seed)
        var (welch, model, visits) = (0, 0, 0)
        let history = (0..<30).map { _ in Self.run(&generator) }
        let noise = try NoiseModel(runs: history)
        for _ in 0..<series {
            let (base, candidate) = (Self.run(&generator), Self.run(&generator))
            let samples = try TwoSample(baseline: base, candidate: candidate)
            if let p = samples.welch()?.p, p < 0.05 { welch += 1 }
            let medians = try [base, candidate].map { try Quantile.median(of: $0) }
            let error = NoiseModel.errorOfDifference(noise, noise)
            if abs(medians[1] - medians[0]) > 1.96 * error { model += 1 }
            let sides = try (0..<2).map { _ in
                try (0..<5).map { _ in try Quantile.median(of: Self.run(&generator)) }
            }
            let five = try TwoSample(baseline: sides[0], candidate: sides[1])
            if try RankComparison(five).mannWhitney().p < 0.05 { visits += 1 }
        }
        print("| Welch on the repetitions of one run a side | \(share(welch)) |")
        print("| one run a side, error from the noise model of 30 runs | \(share(model)) |")
        print("| Mann–Whitney on the medians of five runs a side | \(share(visits)) |")
    }

    private static func run(_ generator: inout SplitMix64) -> [Double] {
        let level = SampleSeries.level + SampleSeries.normal(&generator)
        return (0..<20).map { _ in level + 0.3 * SampleSeries.normal(&generator) }
    }

    private func share(_ count: Int) -> String { percent(Double(count) / Double(series)) }

    private func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }

    private func text(_ step: Double) -> String {
        step == step.rounded() ? "\(Int(step))" : "\(step)"
    }
}
