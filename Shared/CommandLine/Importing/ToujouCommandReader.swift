import BenchmarkFormats

/// Puts a benchmark's command together from a text, or from a program and its arguments.
struct ToujouCommandReader {
    var gaps: ImportGaps

    /// nil where there is none that a host could run.
    mutating func command(_ object: inout LooseObject, type: String?) -> ImportedCommand? {
        let arguments = object.take(ToujouWords.arguments)?.part
        let shell = object.take(ToujouWords.shell)?.part
        if let (name, found) = object.take(ToujouWords.command) {
            guard let command = command(found, isLines: ToujouWords.lines.contains(name)) else {
                return nil
            }
            return joined(wrapped(command, in: shell), arguments)
        }
        if let found = object.take(ToujouWords.program)?.part {
            if let shell { gaps.pass(shell.place, "a program is started without a shell") }
            guard let program = found.text else { return nil }
            return joined(.words([program]), arguments)
        }
        guard type.map(LooseName.fold) == "benchmarkdotnet",
            let project = object.take(ToujouWords.dotnetProject)?.part.text
        else { return nil }
        return joined(
            .words([
                "dotnet", "run", "-c", "Release", "--project", project.replacing("\\", with: "/"),
                "--", "--filter", "*", "--exporters", "fulljson",
            ]), arguments)
    }

    private mutating func command(_ found: PlacedValue, isLines: Bool) -> ImportedCommand? {
        if let text = found.text { return .powershell(text) }
        if found.value.isObject {
            var object = LooseObject(found)
            defer { gaps.pass(object.rest) }
            return command(&object, type: nil)
        }
        guard let texts = found.texts, let first = texts.first else { return nil }
        // `["dotnet run", "dotnet test"]` are two lines, `["dotnet", "run"]` is one command.
        if isLines || first.contains(where: \.isWhitespace) {
            return .powershell(texts.joined(separator: "\n"))
        }
        return .words(texts)
    }

    /// nil for a shell that hosts do not have.
    private mutating func wrapped(
        _ command: ImportedCommand, in shell: PlacedValue?
    ) -> ImportedCommand? {
        guard let shell else { return command }
        let name = shell.text.map(LooseName.fold) ?? ""
        guard let known = ToujouWords.shells[name] else {
            gaps.pass(shell.place, "is none of pwsh, powershell, bash and sh")
            return nil
        }
        guard case .powershell(let text) = command, known != "pwsh" else { return command }
        return .words([known, "-c", text])
    }

    private mutating func joined(
        _ command: ImportedCommand?, _ arguments: PlacedValue?
    ) -> ImportedCommand? {
        guard let command, let arguments else { return command }
        if let text = arguments.text {
            switch command {
            case .powershell(let head): return .powershell("\(head) \(text)")
            case .words(let words):
                let quoted = words.map(ImportedCommand.quoted).joined(separator: " ")
                return .powershell("& \(quoted) \(text)")
            }
        }
        guard arguments.value.isArray, let words = Self.words(arguments) else {
            gaps.pass(arguments.place, "are no text and no list of texts")
            return nil
        }
        switch command {
        case .words(let head): return .words(head + words)
        case .powershell(let head):
            return .powershell(([head] + words.map(ImportedCommand.quoted)).joined(separator: " "))
        }
    }

    /// Empty words count; numbers stand for their text.
    private static func words(_ list: PlacedValue) -> [String]? {
        let words = list.parts.compactMap(\.part.scalarText)
        return words.count == list.value.count ? words : nil
    }
}
