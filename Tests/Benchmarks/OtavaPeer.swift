import ArgumentParser
import Foundation

/// Apache Otava, in a Python of its own.
struct OtavaPeer {
    /// The interpreter that has apache-otava.
    let python: String
    let folder: String

    /// Change points of each series.
    func points(_ series: [[Double]]) throws -> [[Int]] {
        let text = try run("points", series)
        return try text.split(separator: "\n").map {
            try JSONDecoder().decode([Int].self, from: Data($0.utf8))
        }
    }

    /// CPU seconds for all series.
    func batchSeconds(_ series: [[Double]]) throws -> Double {
        try seconds(run("batch", series))
    }

    /// CPU seconds for one of the last values, appended one by one.
    func appendSeconds(_ series: [Double], last count: Int) throws -> Double {
        try seconds(run("append", [series], "\(count)"))
    }

    private func seconds(_ text: String) throws -> Double {
        guard let seconds = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw ValidationError("the peer said \(text)")
        }
        return seconds
    }

    private func run(_ mode: String, _ series: [[Double]], _ extra: String...) throws -> String {
        let input = folder + "/series.ndjson"
        let lines = try series.map {
            String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n"
        }
        try lines.joined().write(toFile: input, atomically: true, encoding: .utf8)
        let script =
            #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/") + "/scripts/otava-peer"
        let output = folder + "/peer.out"
        let ended = try PlainProcess.run(
            python, [script, mode, input] + extra, output: output)
        guard ended.status == 0 else {
            throw ValidationError("\(python) cannot run \(script): is apache-otava installed?")
        }
        return try String(contentsOfFile: output, encoding: .utf8)
    }
}

/// A folder for the files of one benchmark.
func withScratch<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = NSTemporaryDirectory() + "fleetmark-bench-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}
