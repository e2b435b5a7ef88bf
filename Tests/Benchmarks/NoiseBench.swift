import ArgumentParser
import Foundation
import Isolation
import LinuxSystem
import Statistics

/// How much one program's own time varies, isolated and not, with and without a load beside it.
struct NoiseBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "noise",
        abstract: "Variation of a CPU-bound program, isolated and not, quiet and disturbed.",
        discussion: "One run says little of a spread: each is printed, and their median after them."
    )

    @Option(help: "Executions of each of the four.")
    var rounds = 50

    @Option(help: "Runs of the whole, of which the median counts.")
    var runs = 5

    @Option(help: "Steps of the program; 30 million take about 50 ms.")
    var steps = 30_000_000

    @Option(help: "Path of fleetmark-launch.")
    var launcher: String?

    func run() async throws {
        let shop = try await Workshop.open(launcher: launcher)
        defer { shop.close() }
        let allowed = try CpuTopology(reading: KernelTree()).allowed
        guard let own = allowed.last, allowed.count > 1 else {
            throw ValidationError("there is one processor: nothing can be isolated")
        }
        let program = try shop.spinner()
        print(
            "\(rounds) executions of each, interleaved, on \(allowed.count) processors, "
                + "\(runs) runs")
        var all: [[Spread]] = []
        for number in 1...max(1, runs) {
            let spreads = try await run(shop, program, own, of: allowed)
            report(spreads, under: "run \(number)")
            all.append(spreads)
        }
        report(Self.medians(of: all), under: "median of each column")
        print("CV: standard deviation ÷ mean of what the program measures of itself")
    }

    /// What one run found under one load.
    private struct Spread {
        let load: String
        let plainMilliseconds: Double
        let isolatedMilliseconds: Double
        let plain: Double
        let isolated: Double
        let ratio: Double
    }

    private func run(
        _ shop: Workshop, _ program: String, _ own: Int, of allowed: [Int]
    ) async throws -> [Spread] {
        let others = allowed.filter { $0 != own }
        var taken: [(load: String, cells: Cells)] = []
        taken.append(("no load", try await cells(shop, program, own)))
        // What a tuned host looks like: everybody else is kept off the measured processor.
        taken.append(
            try await underLoad("other cores", program, count: others.count, on: others) {
                try await cells(shop, program, own)
            })
        // Nobody is kept anywhere, and there is one more than there are processors.
        taken.append(
            try await underLoad("all cores", program, count: allowed.count + 1, on: allowed) {
                try await cells(shop, program, own)
            })
        return taken.map { load, cells in
            let plain = Self.variation(cells.plain)
            let isolated = Self.variation(cells.isolated)
            return Spread(
                load: load, plainMilliseconds: Self.median(cells.plain) * 1e-6,
                isolatedMilliseconds: Self.median(cells.isolated) * 1e-6, plain: plain,
                isolated: isolated, ratio: plain / isolated)
        }
    }

    private func underLoad(
        _ name: String, _ program: String, count: Int, on processors: [Int],
        measure: () async throws -> Cells
    ) async throws -> (load: String, cells: Cells) {
        let list = processors.map(String.init).joined(separator: ",")
        let load = try (0..<count).map { _ in
            try PlainProcess.start("/usr/bin/taskset", ["-c", list, program, "\(Int.max)"])
        }
        defer {
            for pid in load {
                kill(pid, SIGKILL)
                waitpid(pid, nil, 0)
            }
        }
        return (name, try await measure())
    }

    private struct Cells {
        var plain: [Double] = []
        var isolated: [Double] = []
    }

    private func cells(
        _ shop: Workshop, _ program: String, _ processor: Int
    ) async throws -> Cells {
        var cells = Cells()
        let file = shop.folder + "/out"
        for round in 0..<rounds + 2 {
            _ = try PlainProcess.run(program, ["\(steps)"], output: file)
            let plain = try SpinOutput.nanoseconds(inFile: file)
            let isolated = try await SpinOutput.nanoseconds(
                of: shop.walledPlan([program, "\(steps)"], cpus: [processor]), shop.walled)
            guard round >= 2 else { continue }
            cells.plain.append(plain)
            cells.isolated.append(isolated)
        }
        return cells
    }

    /// Column by column over the runs; the ratio is a column too, and not made of two medians.
    private static func medians(of runs: [[Spread]]) -> [Spread] {
        (runs.first ?? []).indices.map { load in
            let spreads = runs.map { $0[load] }
            return Spread(
                load: spreads[0].load,
                plainMilliseconds: median(spreads.map(\.plainMilliseconds)),
                isolatedMilliseconds: median(spreads.map(\.isolatedMilliseconds)),
                plain: median(spreads.map(\.plain)), isolated: median(spreads.map(\.isolated)),
                ratio: median(spreads.map(\.ratio)))
        }
    }

    private static func median(_ values: [Double]) -> Double {
        (try? Quantile.median(of: values)) ?? .nan
    }

    private func report(_ spreads: [Spread], under title: String) {
        print("\n\(title)")
        print(
            Self.row([
                "load on", "plain ms", "isolated ms", "plain CV %", "isolated CV %",
                "plain ÷ isolated",
            ]))
        for spread in spreads {
            let figures = [
                spread.plainMilliseconds, spread.isolatedMilliseconds, spread.plain * 100,
                spread.isolated * 100, spread.ratio,
            ]
            print(Self.row([spread.load] + figures.map { String(format: "%.2f", $0) }))
        }
    }

    private static func row(_ cells: [String]) -> String {
        cells.map { $0 + String(repeating: " ", count: max(1, 17 - $0.count)) }.joined()
    }

    private static func variation(_ values: [Double]) -> Double {
        guard let moments = try? Moments(values), let deviation = moments.standardDeviation else {
            return 0
        }
        return deviation / moments.mean
    }
}
