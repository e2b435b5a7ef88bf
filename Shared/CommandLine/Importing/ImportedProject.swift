/// A project that another system's configuration describes.
struct ImportedProject {
    /// 1 to 64 of a–z, 0–9, `.`, `_` and `-`, with a letter or digit in front.
    var name: String
    /// Address of the git repository, without secrets.
    var remote: String?
    var branch: String?
    /// With network, before the build.
    var prefetch: [ImportedCommand] = []
    var build: [ImportedCommand] = []
    var environment: [ImportedVariable] = []
    var benchmarks: [ImportedBenchmark] = []
    let place: JSONPlace
}

struct ImportedVariable {
    let name: String
    let value: String
}

struct ImportedBenchmark {
    /// Unique in its project.
    var name: String
    /// As the configuration calls it.
    var type: String?
    /// An id of `FormatNames`.
    var format: String
    var command: ImportedCommand
    var directory: String?
    var results: [String] = []
    var setup: [ImportedCommand] = []
    var cleanup: [ImportedCommand] = []
    var environment: [ImportedVariable] = []
    var tags: [String] = []
    var repetitions: Int?
    /// As a project file writes durations.
    var timeout: String?
    var isEnabled = true
    /// What a person has to look at.
    var notes: [String] = []
    let place: JSONPlace
}

/// Text for PowerShell, or a program with its arguments.
enum ImportedCommand: Equatable {
    case powershell(String)
    case words([String])

    /// What a host executes.
    var words: [String] {
        switch self {
        case .words(let words): words
        case .powershell(let text):
            ["pwsh", "-NoProfile", "-NonInteractive"]
                + (Self.isFile(text) ? ["-File"] : ["-Command"])
                + [text]
        }
    }

    var needsPowerShell: Bool { words.first == "pwsh" }

    /// All of it, to look for words in.
    var text: String {
        switch self {
        case .words(let words): words.joined(separator: " ")
        case .powershell(let text): text
        }
    }

    /// A lone script: as a command PowerShell would not find it in the working folder.
    private static func isFile(_ text: String) -> Bool {
        text.lowercased().hasSuffix(".ps1") && !text.contains { " \t\n&;|'\"$".contains($0) }
    }

    /// One word of PowerShell. Typographic quotes end a quoted word there too.
    static func quoted(_ word: String) -> String {
        "'"
            + word.map { "'\u{2018}\u{2019}\u{201A}\u{201B}".contains($0) ? "\($0)\($0)" : "\($0)" }
            .joined() + "'"
    }
}

/// What of a configuration was not taken over.
struct ImportGaps {
    struct Gap: Equatable {
        let place: JSONPlace
        let reason: String
    }

    /// More are only counted.
    private static let limit = 1_000

    /// Projects and benchmarks that are not imported.
    private(set) var skipped: [Gap] = []
    /// Settings that say nothing to this reader.
    private(set) var unknown: [Gap] = []
    private(set) var uncounted = 0

    mutating func skip(_ place: JSONPlace, _ reason: String) {
        Self.add(Gap(place: place, reason: reason), to: &skipped, &uncounted)
    }

    mutating func pass(_ place: JSONPlace, _ reason: String = "not understood") {
        Self.add(Gap(place: place, reason: reason), to: &unknown, &uncounted)
    }

    mutating func pass(_ parts: [PlacedValue]) {
        for part in parts { pass(part.place) }
    }

    private static func add(_ gap: Gap, to list: inout [Gap], _ uncounted: inout Int) {
        if list.count < limit { list.append(gap) } else { uncounted += 1 }
    }

    /// A value below which nothing was found is one gap, and not one for each of its parts.
    mutating func join(since before: ImportGaps, at place: JSONPlace, _ reason: String?) {
        self = before
        if let reason { skip(place, reason) } else { pass(place) }
    }
}
