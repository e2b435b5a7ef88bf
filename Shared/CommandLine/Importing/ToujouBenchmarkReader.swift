import BenchmarkFormats
import ProjectFile

/// Reads the benchmarks of one project, and what all of them share.
struct ToujouBenchmarkReader {
    var gaps: ImportGaps

    /// As many as a project file may have.
    private static let benchmarkLimit = 500

    mutating func read(_ object: inout LooseObject, into project: inout ImportedProject) {
        project.prefetch = commands(object.take(ToujouWords.prefetch)?.part)
        project.environment = variables(object.take(ToujouWords.environment)?.part)
        if let found = object.take(ToujouWords.benchmarks)?.part {
            project.build = commands(object.take(ToujouWords.build)?.part)
            readList(found, into: &project)
        } else if object.has(ToujouWords.command) || object.has(ToujouWords.program) {
            // A project that is one benchmark.
            if let benchmark = benchmark(&object, named: project.name, of: &project) {
                project.benchmarks = [benchmark]
            }
        }
    }

    private mutating func readList(_ found: PlacedValue, into project: inout ImportedProject) {
        let whole = LooseObject(found)
        if found.value.isObject,
            whole.look(ToujouWords.command)?.texts != nil || whole.has(ToujouWords.program)
        {
            return readOne(found, named: nil, into: &project)
        }
        guard found.isContainer else { return gaps.pass(found.place, "is no list of benchmarks") }
        for (key, part) in found.parts { readOne(part, named: key, into: &project) }
    }

    private mutating func readOne(
        _ found: PlacedValue, named key: String?, into project: inout ImportedProject
    ) {
        guard project.benchmarks.count < Self.benchmarkLimit else {
            return gaps.skip(found.place, "more than \(Self.benchmarkLimit) benchmarks")
        }
        var object: LooseObject
        if found.text != nil {
            object = LooseObject([(ToujouWords.command[0], found)], at: found.place)
        } else if found.value.isObject {
            object = LooseObject(found)
        } else {
            return gaps.skip(found.place, "is no object with a command")
        }
        guard var benchmark = benchmark(&object, named: key, of: &project) else { return }
        gaps.pass(object.rest)
        benchmark.name = Self.uniqueName(benchmark, in: project.benchmarks)
        project.benchmarks.append(benchmark)
    }

    private mutating func benchmark(
        _ object: inout LooseObject, named hint: String?, of project: inout ImportedProject
    ) -> ImportedBenchmark? {
        let name = object.take(ToujouWords.name)?.part.text ?? hint
        let type = object.take(ToujouWords.type)?.part
        if let type, type.text == nil { gaps.pass(type.place, "is no text") }
        var reader = ToujouCommandReader(gaps: gaps)
        let command = reader.command(&object, type: type?.text)
        gaps = reader.gaps
        guard let command else {
            gaps.skip(object.place, "no command that can be run on a host")
            return nil
        }
        var benchmark = ImportedBenchmark(
            name: name ?? "", type: type?.text, format: "command", command: command,
            place: object.place)
        benchmark.notes = Self.notes(command)
        setFormat(&benchmark)
        if benchmark.format == "command", command.needsPowerShell {
            benchmark.notes.append("the time has the start of PowerShell in it")
        }
        readPlaces(&object, &benchmark)
        readLimits(&object, &benchmark)
        for command in commands(object.take(ToujouWords.build)?.part)
        where !project.build.contains(command) {
            project.build.append(command)
        }
        benchmark.setup = commands(object.take(ToujouWords.setup)?.part)
        benchmark.cleanup = commands(object.take(ToujouWords.cleanup)?.part)
        return benchmark
    }

    private static func notes(_ command: ImportedCommand) -> [String] {
        let text = command.text.lowercased()
        guard text.contains("\\") || text.contains(".exe") || text.contains("cmd /c") else {
            return []
        }
        return ["the command looks written for Windows; hosts run Linux"]
    }

    private func setFormat(_ benchmark: inout ImportedBenchmark) {
        let isDotNet = benchmark.command.text.lowercased().contains("dotnet ")
        guard let type = benchmark.type else {
            benchmark.format = isDotNet ? Self.dotnet : "command"
            benchmark.notes.append(
                isDotNet
                    ? "no type is given; BenchmarkDotNet is assumed, as the command runs dotnet"
                    : "no type is given; the command itself is timed")
            return
        }
        if ToujouWords.plainCommands.contains(LooseName.fold(type)) {
            benchmark.format = "command"
        } else if let known = FormatNames.id(of: type) {
            benchmark.format = known
        } else {
            benchmark.format = "auto"
            benchmark.notes.append(
                "no format is known for the type `\(type.prefix(80))`; name one (docs/formats.md)")
        }
    }

    /// A name as project files take it, with a number behind it if it is taken.
    private static func uniqueName(
        _ benchmark: ImportedBenchmark, in others: [ImportedBenchmark]
    ) -> String {
        let given = benchmark.name.isEmpty ? benchmark.type ?? "benchmark" : benchmark.name
        var name = ""
        for character in given {
            let fits =
                character.utf8.count == 1
                && character.utf8.allSatisfy { byte in
                    LooseName.isLetterOrDigit(byte) || (!name.isEmpty && "._-".utf8.contains(byte))
                }
            if fits {
                name.append(character)
            } else if let last = name.last, last != "-" {
                name.append("-")
            }
        }
        name = String(name.prefix(100))
        while name.last == "-" { name.removeLast() }
        if name.isEmpty { name = "benchmark" }
        let taken = Set(others.map(\.name))
        guard taken.contains(name) else { return name }
        var number = 2
        while taken.contains("\(name)-\(number)") { number += 1 }
        return "\(name)-\(number)"
    }
}
