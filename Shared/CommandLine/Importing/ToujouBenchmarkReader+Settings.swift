import BenchmarkFormats
import ProjectFile

extension ToujouBenchmarkReader {
    static let dotnet = "benchmarkdotnet-json"

    /// Where it runs, and where its results lie.
    mutating func readPlaces(
        _ object: inout LooseObject, _ benchmark: inout ImportedBenchmark
    ) {
        if let found = object.take(ToujouWords.directory)?.part {
            benchmark.directory = path(found).flatMap { $0 == "." ? nil : $0 }
        }
        if benchmark.format == Self.dotnet,
            !benchmark.command.text.lowercased().contains("--exporters")
        {
            benchmark.notes.append(
                "BenchmarkDotNet writes the files only with `--exporters fulljson` or a "
                    + "JsonExporter")
        }
        guard let found = object.take(ToujouWords.results)?.part else {
            return setUsualResults(&benchmark)
        }
        guard benchmark.format != "command" else {
            return gaps.pass(found.place, "a command that is timed itself has no results to read")
        }
        for part in found.value.isArray ? found.parts.map(\.part) : [found] {
            guard let path = path(part) else { continue }
            let isFolder =
                !(path.split(separator: "/").last ?? "").contains { ".*?".contains($0) }
                || path.hasSuffix("BenchmarkDotNet.Artifacts")
            let glob = isFolder ? "\(path)/\(Self.files(benchmark.format))" : path
            benchmark.results.append(Self.below(benchmark.directory, glob))
        }
        if benchmark.results.isEmpty { setUsualResults(&benchmark) }
    }

    private func setUsualResults(_ benchmark: inout ImportedBenchmark) {
        guard benchmark.format == Self.dotnet else { return }
        benchmark.results = [
            Self.below(
                benchmark.directory,
                "BenchmarkDotNet.Artifacts/\(Self.files(benchmark.format))")
        ]
    }

    private static func files(_ format: String) -> String {
        format == dotnet ? "**/*-report-full*.json" : "**"
    }

    private static func below(_ directory: String?, _ path: String) -> String {
        directory.map { "\($0)/\(path)" } ?? path
    }

    /// A path inside the repository; others are gaps.
    private mutating func path(_ found: PlacedValue) -> String? {
        guard let text = found.text else {
            gaps.pass(found.place, "is no path")
            return nil
        }
        var path = text.replacing("\\", with: "/")
        while path.hasPrefix("./") { path.removeFirst(2) }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        let leaves = path.split(separator: "/").contains("..")
        let isElsewhere = path.hasPrefix("/") || path.hasPrefix("~") || path.contains(":")
        guard !leaves, !isElsewhere, !path.contains("$") else {
            gaps.pass(found.place, "is no path inside the repository")
            return nil
        }
        return path.isEmpty ? "." : path
    }

    mutating func readLimits(
        _ object: inout LooseObject, _ benchmark: inout ImportedBenchmark
    ) {
        benchmark.environment = variables(object.take(ToujouWords.environment)?.part)
        if let found = object.take(ToujouWords.tags)?.part {
            let tags = found.texts?.filter(Self.isTag) ?? []
            if tags.count != max(found.value.count, 1) {
                gaps.pass(found.place, "is no list of tags")
            }
            benchmark.tags = Array(tags.prefix(32))
        }
        if let found = object.take(ToujouWords.repetitions)?.part {
            let count = found.value.double.flatMap { Int(exactly: $0) }
            benchmark.repetitions = count.flatMap { (1...10_000).contains($0) ? $0 : nil }
            if benchmark.repetitions == nil {
                gaps.pass(found.place, "is no count from 1 to 10000")
            }
        }
        if let found = object.take(ToujouWords.timeout)?.part {
            benchmark.timeout = found.text.flatMap(TimeSpan.projectFileText)
            if benchmark.timeout == nil {
                gaps.pass(
                    found.place, "is no time with a unit, such as 00:30:00 or 30m, up to 7 days")
            }
        }
        let isOn = flag(object.take(ToujouWords.isEnabled)?.part) ?? true
        let isOff = flag(object.take(ToujouWords.isDisabled)?.part) ?? false
        benchmark.isEnabled = isOn && !isOff
    }

    private static func isTag(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.first.map(LooseName.isLetterOrDigit) == true
            && text.utf8.allSatisfy { LooseName.isLetterOrDigit($0) || "._-".utf8.contains($0) }
    }

    private mutating func flag(_ found: PlacedValue?) -> Bool? {
        guard let found else { return nil }
        if let bool = found.value.bool { return bool }
        switch found.text?.lowercased() {
        case "true": return true
        case "false": return false
        default:
            gaps.pass(found.place, "is neither true nor false")
            return nil
        }
    }

    /// Each text is a command of its own.
    mutating func commands(_ found: PlacedValue?) -> [ImportedCommand] {
        guard let found else { return [] }
        guard let texts = found.texts else {
            gaps.pass(found.place, "is no command and no list of commands")
            return []
        }
        return texts.map { .powershell($0) }
    }

    mutating func variables(_ found: PlacedValue?) -> [ImportedVariable] {
        guard let found else { return [] }
        guard found.value.isObject else {
            gaps.pass(found.place, "is no map of variables")
            return []
        }
        var variables: [ImportedVariable] = []
        for (key, part) in found.parts {
            let name = key ?? ""
            let isNew = !variables.contains { $0.name == name }
            guard let value = part.scalarText, EnvironmentPlan.mayHave(name), isNew else {
                gaps.pass(part.place, "is no variable that a project file may set")
                continue
            }
            variables.append(ImportedVariable(name: name, value: value))
        }
        return variables
    }
}

/// Times as .NET writes them: `[days.]hours:minutes[:seconds]`.
enum TimeSpan {
    private static let longestSeconds = 7 * 86_400

    /// As a project file has it; nothing if it is no time above zero and up to seven days.
    static func projectFileText(_ text: String) -> String? {
        if let duration = DurationArgument(argument: text)?.duration {
            let seconds = duration.components.seconds
            return (1...Int64(longestSeconds)).contains(seconds) ? "\(seconds)s" : nil
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let first = parts.first else { return nil }
        let head = first.split(separator: ".", omittingEmptySubsequences: false)
        // Parts of a second are nothing for a limit.
        let last = parts.count == 3 ? parts[2].prefix { $0 != "." } : "0"
        guard (1...2).contains(head.count), let hours = number(head[head.count - 1], below: 24),
            let days = head.count == 2 ? number(head[0], below: 8) : 0,
            let minutes = number(parts[1], below: 60), let seconds = number(last, below: 60)
        else { return nil }
        let total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        return (1...longestSeconds).contains(total) ? "\(total)s" : nil
    }

    private static func number(_ text: Substring, below end: Int) -> Int? {
        guard text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }), let number = Int(text),
            number < end
        else { return nil }
        return number
    }
}
