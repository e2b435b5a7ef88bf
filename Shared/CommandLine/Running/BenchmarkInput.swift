import BenchmarkFormats
import FoundationEssentials

/// A file, a folder or standard input with the output of a benchmark tool.
struct BenchmarkInput {
    private let path: String?
    private let session: Session

    init(_ argument: String, _ session: Session) {
        path = argument == "-" ? nil : session.path(argument)
        self.session = session
    }

    /// A file of lines is read piece by piece, whatever its size.
    func report(_ format: String, _ options: ParseOptions) throws -> ParseReport {
        guard let path else {
            let readInputPart = session.surroundings.readInputPart
            return try BenchmarkParser.parse(
                format: format, from: ByteSource { _ in try readInputPart() },
                options: options)
        }
        var isFolder = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder {
            return BenchmarkParser.parse(
                format: format, folder: try Self.files(below: path), options: options)
        }
        let pieces = try FilePieces(path)
        var options = options
        options.beside = try Self.files(beside: path)
        return try BenchmarkParser.parse(
            format: format, from: ByteSource { try pieces.next(atMost: $0) }, options: options)
    }

    /// What airspeed velocity keeps beside its results, or one folder up.
    private static func files(beside path: String) throws -> [ResultFile] {
        let name = "benchmarks.json"
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        for place in [folder, folder.dropLast()] where !place.isEmpty {
            let candidate = (place + [name[...]]).joined(separator: "/")
            guard candidate != path, FileManager.default.fileExists(atPath: candidate) else {
                continue
            }
            let bytes = try TextFile.bytes(candidate, limitBytes: ParseLimits().inputBytes)
            return [ResultFile(path: name, bytes: bytes)]
        }
        return []
    }

    /// Criterion.rs writes much more into its folder, pictures too.
    private static func files(below path: String) throws -> [ResultFile] {
        var room = ParseLimits().inputBytes
        var files: [ResultFile] = []
        for below in try FileManager.default.subpathsOfDirectory(atPath: path) {
            guard CriterionFiles.isMeant(below) else { continue }
            let bytes = try TextFile.bytes("\(path)/\(below)", limitBytes: room)
            room -= bytes.count
            files.append(ResultFile(path: below, bytes: bytes))
        }
        return files
    }
}
