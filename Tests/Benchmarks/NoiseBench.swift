import ArgumentParser
import Foundation
import Isolation
import LinuxSystem
import Statistics

/// How much one program's own time varies, isolated and not, with and without a load beside it.
struct NoiseBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "noise",
        abstract: "Variation of a CPU-bound program, isolated and not, quiet and disturbed.")

    @Option(help: "Executions of each of the four.")
    var rounds = 50

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
        let quiet = try await cells(shop, program, own)
        // As many as there are other processors, and no order of theirs to keep off the last one:
        // whoever is not kept apart meets them.
        var load: [pid_t] = []
        for _ in 1..<allowed.count + 1 {
            load.append(try PlainProcess.start(program, ["\(Int.max)"]))
        }
        defer { for pid in load { kill(pid, SIGKILL); waitpid(pid, nil, 0) } }
        let disturbed = try await cells(shop, program, own)
        report(quiet, disturbed, processors: allowed.count)
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

    private func report(_ quiet: Cells, _ disturbed: Cells, processors: Int) {
        print("\(rounds) executions of each, interleaved, on \(processors) processors")
        print("                median ms   variation (standard deviation ÷ mean)")
        let rows = [
            ("quiet, plain", quiet.plain), ("quiet, isolated", quiet.isolated),
            ("load, plain", disturbed.plain), ("load, isolated", disturbed.isolated),
        ]
        for (name, values) in rows {
            let median = (try? Quantile.median(of: values)) ?? 0
            print(
                name.padding(toLength: 16, withPad: " ", startingAt: 0)
                    + String(
                        format: "%9.2f   %6.2f %%", median * 1e-6, Self.variation(values) * 100))
        }
        print("")
        print(
            String(
                format: "plain ÷ isolated: %.2f quiet, %.2f with load",
                Self.variation(quiet.plain) / Self.variation(quiet.isolated),
                Self.variation(disturbed.plain) / Self.variation(disturbed.isolated)))
    }

    private static func variation(_ values: [Double]) -> Double {
        guard let moments = try? Moments(values), let deviation = moments.standardDeviation else {
            return 0
        }
        return deviation / moments.mean
    }
}
