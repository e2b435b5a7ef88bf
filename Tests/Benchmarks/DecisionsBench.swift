import Analysis
import ArgumentParser
import FleetModel
import Foundation
import Pipeline
import Statistics
import Storage

/// How often the default policy is right about commits whose truth is known, from samples to rows.
struct DecisionsBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decisions",
        abstract: "Neutral and slower commits by simulation, judged by the default policy.")

    @Option(help: "Ranges of commits for each line.") var ranges = 200
    @Option(help: "Seed of all samples.") var seed: UInt64 = 20_261_121

    private static let commits = 11
    private static let benchmarks = 3

    func run() throws {
        let pairs = VisitPlanner.pairs(
            level: 0.05, comparisons: Self.commits, rows: 2 * Self.benchmarks)
        print(
            """
            Seed \(seed); \(ranges) ranges of \(Self.commits) commits for each line, each with
            \(Self.benchmarks) benchmarks in time and in instructions, in \(pairs) pairs of visits \
            (what the
            planner asks for). Ten commits change nothing, one is slower by the change of the \
            line in
            all benchmarks. Attempts differ by 1 % and drift by 0.5 % while they measure, one \
            visit in
            fifty takes 5 to 15 % longer; instructions vary by 0.02 %.

            | visits vary by | change | neutral rows unchanged | improved or regressed \
            | found in time | in instructions |
            """)
        print("|---|---|---|---|---|---|")
        for within in [0.001, 0.003, 0.005, 0.01] {
            for change in [0.03, 0.05] {
                var tally = Tally()
                var generator = SplitMix64(seed: seed)
                for _ in 0..<ranges {
                    for commit in 0..<Self.commits {
                        let factor = commit == 7 ? 1 + change : 1
                        let rows = try judged(pairs, within, factor, &generator)
                        tally.add(rows, isNeutral: commit != 7)
                    }
                }
                print(tally.line(within, change))
            }
        }
    }

    private struct Tally {
        var neutral = 0
        var unchanged = 0
        var wrong = 0
        var planted = [0, 0]
        var found = [0, 0]

        mutating func add(_ rows: [ComparisonStore.RowRecord], isNeutral: Bool) {
            for row in rows {
                guard !isNeutral else {
                    neutral += 1
                    unchanged += row.direction == .unchanged ? 1 : 0
                    wrong += row.direction == .improved || row.direction == .regressed ? 1 : 0
                    continue
                }
                let place = row.metric.name == "time" ? 0 : 1
                planted[place] += 1
                found[place] += row.direction == .regressed && row.decision == .fail ? 1 : 0
            }
        }

        func line(_ within: Double, _ change: Double) -> String {
            func share(_ part: Int, _ whole: Int) -> String {
                String(format: "%.2f %%", 100 * Double(part) / Double(max(1, whole)))
            }
            let cells = [
                String(format: "%.1f %%", within * 100), String(format: "%.0f %%", change * 100),
                share(unchanged, neutral), share(wrong, neutral), share(found[0], planted[0]),
                share(found[1], planted[1]),
            ]
            return "| " + cells.joined(separator: " | ") + " |"
        }
    }

    private func judged(
        _ pairs: Int, _ within: Double, _ factor: Double, _ generator: inout SplitMix64
    ) throws -> [ComparisonStore.RowRecord] {
        var asked: [ComparisonMaker.Pair] = []
        for number in 0..<Self.benchmarks {
            let speed = 1 + 0.01 * SampleSeries.normal(&generator)
            for (metric, unit) in [("time", "s"), ("instructions", "count")] {
                let sides = [1, factor].map { scale in
                    (0..<pairs).map { visit -> SampleBlock.Sample in
                        let value =
                            metric == "time"
                            ? Self.time(visit, of: pairs, within, &generator) * speed
                            : 1 + 0.0002 * SampleSeries.normal(&generator)
                        return SampleBlock.Sample(
                            iteration: Int64(visit), visit: Int64(visit), value: scale * value)
                    }
                }
                let name = ComparisonMaker.Name(
                    benchmark: "benchmark-\(number)", parameters: .none,
                    metric: MetricIdentity(
                        name: metric, unit: unit, better: .lower, provider: .hardware))
                asked.append(.init(name: name, base: sides[0], candidate: sides[1]))
            }
        }
        return ComparisonMaker(
            policy: try ComparisonQuestion.policy(), hostClass: "default",
            comparisons: Self.commits, method: .interleaved
        ).make(asked).rows
    }

    private static func time(
        _ visit: Int, of pairs: Int, _ within: Double, _ generator: inout SplitMix64
    ) -> Double {
        let drift = 1 + 0.005 * Double(visit) / Double(pairs)
        let scatter = 1 + within * SampleSeries.normal(&generator)
        let isDisturbed = generator.below(50) == 0
        let more = isDisturbed ? 1.05 + Double(generator.below(1000)) / 10_000 : 1
        return drift * scatter * more
    }
}
