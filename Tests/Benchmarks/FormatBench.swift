import ArgumentParser
import BenchmarkFormats
import Foundation
import Glibc

/// How fast files of each format are read, and how much memory that takes at most.
struct FormatBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "formats",
        abstract: "Speed and peak memory of reading a large file of each format.",
        discussion: "own: peak memory beyond what the process has before it reads.")

    @Option(help: "Size of each file in megabytes.")
    var megabytes = 50

    @Option(help: "Only this format.")
    var format: String?

    @Option(help: .hidden)
    var file: String?

    func run() async throws {
        if let file, let format {
            return try FormatReading(path: file, format: format).report()
        }
        let samples = FormatSample.all.filter { format == nil || $0.id == format }
        guard !samples.isEmpty else { throw ValidationError("there is no sample of this format") }
        let path = "/tmp/fleetmark-formats-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        print("format                          MB   MB/s   own MiB   own/file  results")
        for sample in samples {
            try write(sample, path)
            // A process of its own: a peak of memory never falls again.
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let child = try PlainProcess.run(
                own, ["formats", "--format", sample.id, "--file", path], output: path + ".out")
            let text = try String(contentsOfFile: path + ".out", encoding: .utf8)
            try? FileManager.default.removeItem(atPath: path + ".out")
            print(child.status == 0 ? text : "\(sample.id): failed\n\(text)", terminator: "")
        }
        reportMissing()
    }

    private func write(_ sample: FormatSample, _ path: String) throws {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw ValidationError("\(path) cannot be written")
        }
        var buffer = Data()
        try sample.write(megabytes * 1_000_000) { piece in
            buffer.append(contentsOf: piece.utf8)
            guard buffer.count > 1 << 20 else { return }
            try handle.write(contentsOf: buffer)
            buffer.removeAll(keepingCapacity: true)
        }
        try handle.write(contentsOf: buffer)
        try handle.close()
    }

    private func reportMissing() {
        guard format == nil else { return }
        let known = Set(FormatSample.all.map(\.id))
        let missing = FormatCatalogue.entries.map(\.id).filter { !known.contains($0) }
        if !missing.isEmpty { print("without a sample: \(missing.joined(separator: ", "))") }
    }
}

/// One file read in this process.
struct FormatReading {
    let path: String
    let format: String

    func report() throws {
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        // What the process has before it reads is not the reader's.
        let base = try peakKibibytes()
        let first = try read()
        let peak = try peakKibibytes() - base
        guard first.report.status == .ok else {
            print("\(format): \(first.report.errors.prefix(3).map(\.message))")
            throw ExitCode.failure
        }
        let seconds = try [first.seconds, read().seconds, read().seconds].min() ?? first.seconds
        let megabytes = Double(size) / 1e6
        let name = format.padding(toLength: 28, withPad: " ", startingAt: 0)
        print(
            String(
                format: "%@ %5.0f  %5.0f  %8.0f  %9.2f  %7d", name, megabytes,
                megabytes / seconds, Double(peak) / 1024, Double(peak) * 1024 / Double(size),
                first.report.results.count))
    }

    private func read() throws -> (report: ParseReport, seconds: Double) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ValidationError("\(path) cannot be read") }
        defer { close(descriptor) }
        var options = ParseOptions()
        options.limits.time = .seconds(300)
        // Of this process, not of the wall: others may want the processor too.
        let start = clock()
        let report = try BenchmarkParser.parse(
            format: format,
            from: ByteSource { limit in
                [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                    count = max(0, Glibc.read(descriptor, buffer.baseAddress, limit))
                }
            },
            options: options)
        return (report, Double(clock() - start) / 1e6)
    }

    /// Of this process so far (proc(5), VmHWM).
    private func peakKibibytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }
}
