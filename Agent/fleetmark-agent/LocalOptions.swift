import AgentCore
import ArgumentParser
import FleetModel
import FoundationEssentials
import JobPlanning
import Workspaces

/// What `local` measures, and how carefully.
struct LocalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only benchmarks of this pattern; repeatable.", valueName: "glob"))
    var benchmark: [String] = []

    @Option(help: "Only benchmarks with this tag; repeatable.") var tag: [String] = []

    @Option(help: ArgumentHelp("Only matrix cells with this value; repeatable.", valueName: "K=V"))
    var matrix: [AxisArgument] = []

    @Option(help: "Measure this revision. (default: the files as they are)") var rev: String?
    @Option(help: ArgumentHelp("Measure this base too, interleaved.", valueName: "rev"))
    var against: String?

    @Option(help: ArgumentHelp("How often: N or MIN..MAX.", valueName: "count"))
    var repetitions: CountArgument?

    @Option(help: ArgumentHelp("Stop at this half width of the median, 1% or 0.01."))
    var target: FractionArgument?

    @Option(help: ArgumentHelp("Counter sets or events, with commas.", valueName: "set"))
    var counters: String?

    @Option(help: "Whole cores for each execution.") var cpus: Int?

    @Option(help: "full, partial or none: none shows programs all of this machine.")
    var isolation: IsolationArgument?

    @Flag(help: "Profile each benchmark afterwards.") var profile = false

    @Option(help: ArgumentHelp("Where profiles go.", valueName: "folder"))
    var artifacts = "fleetmark-artifacts"

    @Flag(help: "Take the files as they are, the ignored ones too, and build nothing.")
    var noBuild = false

    @Flag(help: "No executions that are thrown away.") var noWarmup = false

    func validate() throws {
        guard cpus.map({ (1...4096).contains($0) }) ?? true else {
            throw ValidationError("--cpus is a number from 1 to 4096")
        }
        guard !noBuild || rev == nil && against == nil else {
            throw ValidationError("--no-build measures the files as they are, and no revision")
        }
        if let unknown = counterNames.first(where: { !MeasuringWish.knows(counter: $0) }) {
            throw ValidationError("there is no counter and no set called \(unknown)")
        }
    }

    private var counterNames: [String] {
        (counters ?? "").split(separator: ",").map(String.init).filter { $0 != "none" }
    }

    func apply(to order: inout LocalOrder) {
        order.revision = rev
        order.against = against
        order.wish = MeasuringWish(
            narrowing: MeasuringWish.Narrowing(
                benchmarks: benchmark, tags: tag,
                cells: Dictionary(
                    matrix.map { ($0.pair.name, $0.pair.value) },
                    uniquingKeysWith: { _, last in last }),
                counters: counters == nil ? nil : counterNames,
                profile: profile ? .auto : nil),
            effort: MeasuringWish.Effort(
                fixed: repetitions?.fixed, minimum: repetitions?.minimum,
                maximum: repetitions?.maximum, target: target?.fraction))
        order.cores = cpus
        order.isolation = isolation?.rawValue
        order.builds = !noBuild
        order.warmsUp = !noWarmup
        if profile { order.artifacts = Self.absolute(artifacts, in: order.workingFolder) }
    }

    static func absolute(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }
}

enum IsolationArgument: String, ExpressibleByArgument, CaseIterable {
    case full, partial, none
}

/// `AXIS=VALUE`.
struct AxisArgument: ExpressibleByArgument {
    let pair: Parameters.Pair

    init?(argument: String) {
        guard let pair = Parameters.Pair(argument) else { return nil }
        self.pair = pair
    }
}

/// `N`, or `MIN..MAX` within which precision decides.
struct CountArgument: ExpressibleByArgument {
    let fixed: Int?
    let minimum: Int?
    let maximum: Int?

    init?(argument: String) {
        let limits = 1...10_000
        if let count = Int(argument) {
            guard limits.contains(count) else { return nil }
            (fixed, minimum, maximum) = (count, nil, nil)
            return
        }
        let ends = argument.split(separator: ".", omittingEmptySubsequences: false)
        guard ends.count == 3, ends[1].isEmpty, let low = Int(ends[0]), let high = Int(ends[2]),
            limits.contains(low), limits.contains(high), low <= high
        else { return nil }
        (fixed, minimum, maximum) = (nil, low, high)
    }
}

/// `2%` or `0.02`.
struct FractionArgument: ExpressibleByArgument {
    let fraction: Double

    init?(argument: String) {
        let isPercent = argument.hasSuffix("%")
        guard let number = Double(isPercent ? argument.dropLast() : argument[...]) else {
            return nil
        }
        fraction = isPercent ? number / 100 : number
        guard fraction > 0, fraction < 1 else { return nil }
    }
}
