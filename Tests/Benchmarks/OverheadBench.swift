import ArgumentParser
import Counters
import Foundation
import Isolation
import LinuxSystem
import Statistics

/// What launching and counting one process costs beyond starting it, beside `perf stat` and
/// `hyperfine`.
struct OverheadBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overhead",
        abstract: "Time that launching and counting adds over fork and exec of one program.")

    @Option(help: "Rounds; each runs every side once.")
    var rounds = 200

    @Option(help: "Path of fleetmark-launch.")
    var launcher: String?

    private struct Side {
        let name: String
        let run: () async throws -> Int64
    }

    func run() async throws {
        let shop = try await Workshop.open(launcher: launcher)
        defer { shop.close() }
        let sides = sides(shop)
        var taken = [[Double]](repeating: [], count: sides.count)
        for round in 0..<rounds + 5 {
            for index in sides.indices {
                let nanoseconds = try await sides[index].run()
                // The first rounds fill caches.
                if round >= 5 { taken[index].append(Double(nanoseconds) * 1e-3) }
            }
        }
        try report(sides.map(\.name), taken)
        try await reportOwnTime(shop)
    }

    private func sides(_ shop: Workshop) -> [Side] {
        let program = "/bin/true"
        var sides = [
            Side(name: "fork and exec") { try PlainProcess.run(program).nanoseconds }
        ]
        let files = FileManager.default
        if files.isExecutableFile(atPath: "/usr/bin/perf") {
            sides.append(
                Side(name: "perf stat") {
                    try PlainProcess.run(
                        "/usr/bin/perf",
                        ["stat", "-o", "/dev/null", "-e", "task-clock,page-faults", program]
                    ).nanoseconds
                })
        }
        if files.isExecutableFile(atPath: "/usr/bin/hyperfine") {
            sides.append(
                Side(name: "hyperfine, each of 10") {
                    try PlainProcess.run(
                        "/usr/bin/hyperfine", ["-N", "--runs", "10", "--style", "none", program]
                    ).nanoseconds / 10
                })
        }
        sides += [
            Side(name: "fleetmark, bare") {
                try await Self.time(shop.bare, shop.plan([program]), counters: nil)
            },
            Side(name: "fleetmark, bare, counting") {
                try await Self.time(shop.bare, shop.plan([program]), counters: Self.counters())
            },
            Side(name: "fleetmark, all walls, counting") {
                try await Self.time(
                    shop.walled, shop.walledPlan([program]), counters: Self.counters())
            },
        ]
        return sides
    }

    private static func counters() -> TreeCounters {
        let events = CounterCatalogue.all.filter {
            ["task-clock", "page-faults"].contains($0.name)
        }
        return TreeCounters(events.compactMap { CounterGroup([$0]) }, on: CounterHost())
    }

    private static func time(
        _ launcher: Launcher, _ plan: LaunchPlan, counters: TreeCounters?
    ) async throws -> Int64 {
        let start = MonotonicClock.rawNanoseconds()
        var gate: LaunchGate?
        if let counters { gate = { counters.open(on: CountedRun(launcher: $0.launcher)) } }
        let outcome = try await launcher.run(plan, gate: gate) { _ in }
        _ = counters?.finish(survivors: outcome.survivingProcesses)
        guard outcome.succeeded else { throw ValidationError("\(plan.arguments) failed") }
        return MonotonicClock.rawNanoseconds() - start
    }

    private func report(_ names: [String], _ taken: [[Double]]) throws {
        let medians = try taken.map { try Quantile.median(of: $0) }
        let base = medians[0]
        let peer = names.firstIndex(of: "perf stat").map { medians[$0] - base }
        print("launching /bin/true, \(rounds) rounds; medians in microseconds")
        print(Self.row(["", "median", "min", "adds", "of what perf stat adds"]))
        for (index, name) in names.enumerated() {
            let added = medians[index] - base
            let share =
                index == 0 ? "" : peer.map { String(format: "%.2f", added / $0) } ?? "no perf"
            print(
                Self.row([
                    name, String(format: "%.0f", medians[index]),
                    String(format: "%.0f", taken[index].min() ?? 0),
                    index == 0 ? "" : String(format: "%.0f", added), share,
                ]))
        }
    }

    /// Whether the set-up changes what the program itself measures.
    private func reportOwnTime(_ shop: Workshop) async throws {
        let program = try shop.spinner()
        var taken: (plain: [Double], bare: [Double], walled: [Double]) = ([], [], [])
        let file = shop.folder + "/out"
        for _ in 0..<max(20, rounds / 5) {
            _ = try PlainProcess.run(program, ["3000000"], output: file)
            taken.plain.append(try SpinOutput.nanoseconds(inFile: file))
            taken.bare.append(
                try await SpinOutput.nanoseconds(of: shop.plan([program, "3000000"]), shop.bare))
            taken.walled.append(
                try await SpinOutput.nanoseconds(
                    of: shop.walledPlan([program, "3000000"]), shop.walled))
        }
        let plain = try Quantile.median(of: taken.plain)
        let bare = try Quantile.median(of: taken.bare)
        let walled = try Quantile.median(of: taken.walled)
        print("")
        print("what a program of \(String(format: "%.1f", plain * 1e-6)) ms measures of itself")
        print(Self.row(["fork and exec", "1.000"]))
        print(Self.row(["fleetmark, bare", String(format: "%.3f", bare / plain)]))
        print(Self.row(["fleetmark, all walls", String(format: "%.3f", walled / plain)]))
    }

    private static func row(_ cells: [String]) -> String {
        cells.enumerated().map { index, cell in
            index == 0
                ? cell.padding(toLength: 34, withPad: " ", startingAt: 0)
                : String(repeating: " ", count: max(1, 10 - cell.count)) + cell
        }.joined()
    }
}

/// The first number that `spin` prints.
enum SpinOutput {
    static func nanoseconds(inFile path: String) throws -> Double {
        try nanoseconds(try String(contentsOfFile: path, encoding: .utf8))
    }

    static func nanoseconds(of plan: LaunchPlan, _ launcher: Launcher) async throws -> Double {
        let lines = LineStore()
        let outcome = try await launcher.run(plan) { lines.add($0.bytes) }
        guard outcome.succeeded else { throw ValidationError("\(plan.arguments) failed") }
        return try nanoseconds(lines.text)
    }

    private static func nanoseconds(_ text: String) throws -> Double {
        guard let word = text.split(separator: " ").first, let number = Double(word) else {
            throw ValidationError("spin printed '\(text)'")
        }
        return number
    }
}
