import FoundationEssentials
import Testing

@testable import BenchmarkFormats

@Suite struct GunzipTests {
    /// `{"results":[{"command":"a","mean":1}]}` and a line of text again and again, by gzip(1).
    private static let short =
        "H4sIAAAAAAACA6tWKkotLs0pKVayiq5WSs7PzU3MS1GyUkpU0lHKTU3MU7IyrI2tBQDLEDelJgAAAA=="

    private func bytes(_ text: String) throws -> [UInt8] {
        [UInt8](try #require(Data(base64Encoded: text)))
    }

    @Test func `a packed file is read as what is in it`() throws {
        let report = BenchmarkParser.parse(bytes: try bytes(Self.short))
        #expect(report.format == "hyperfine-json")
        #expect(report.results.map(\.value) == [1])
    }

    @Test(arguments: PackedSample.all)
    func `each kind of block is unpacked`(_ given: PackedSample) throws {
        let found = try Gunzip.inflate(try bytes(given.base64), limit: 1 << 20)
        #expect(String(decoding: found, as: UTF8.self) == given.text)
    }

    @Test func `a packed file that is cut or wrong is refused`() throws {
        let packed = try bytes(Self.short)
        for length in 2..<packed.count {
            let report = BenchmarkParser.parse(bytes: Array(packed[..<length]))
            #expect(report.problems == ["truncated - -"], "\(length)")
        }
        var wrong = packed
        wrong[packed.count - 1] ^= 1
        #expect(BenchmarkParser.parse(bytes: wrong).problems == ["malformed - -"])
    }

    @Test func `what comes out is limited, not what goes in`() throws {
        var limits = ParseLimits()
        limits.inputBytes = 1000
        let sample = try #require(PackedSample.all.first { $0.text.utf8.count > 1000 })
        let report = BenchmarkParser.parse(
            bytes: try bytes(sample.base64), options: ParseOptions(limits: limits))
        #expect(report.problems == ["limit_exceeded - -"])
    }
}

/// Written by Python's zlib with the level that gives the kind of block.
struct PackedSample: Sendable {
    let base64: String
    let text: String

    static let all = [
        PackedSample(
            base64: "H4sIAAAAAAAEAwEPAPD/c3RvcmVkIGFzIGl0IGlzZXjRWg8AAAA=",
            text: "stored as it is"),
        PackedSample(
            base64: "H4sIAAAAAAACAysuyS9KTVFILFbILFHILAYAZXjRWg8AAAA=",
            text: "stored as it is"),
        PackedSample(
            base64: "H4sIAAAAAAACA+3IsQkAIBAEwVa+AJs6EMTk+w9FjO1gol0mK7srPSv3xgsA"
                + "AAAAAAAAgB8cIcjV4kgNAAA=",
            text: String(repeating: "again and again, ", count: 200)),
        PackedSample(
            base64: "H4sIAAAAAAACA11QWw6AIAz73yl2AxPChWY0+uEr0ftH6YQCP3OuXVcaw3EP"
                + "52XbtZpO8/YY2sX23cb5MaAOSPonxWcxgCplAY2iooDLBRSi0c93UJbGGghS"
                + "rxRfNSMNf7UYFF+3orTRKKKVqle+HAbKc10tS/fXGQtpEPlJjbE2pk+N5tJU"
                + "GFQ+J12KysCAvN7UUbHBAQAA",
            text: "42ns/opalpha deltaalphagammabetans/op delta\nbetadeltaalphade"
                + "lta\n42gamma\ngammabetagamma gammagammaalphaalphadeltadeltagam"
                + "magamma42ns/opdeltadeltagammadelta\n42alphans/op\ngammagamma42"
                + "betans/op42alphans/opbeta42ns/op42 ns/opgamma  gammaalpha42a"
                + "lphans/op\nalpha\nns/op\nalpha alphagammadeltabetadelta ns/opns"
                + "/op42 betans/op42alpha\nbetadeltans/opns/opgammans/op42beta42"
                + "ns/op42gammabetagamma42 gammaalphabeta\nalphadeltans/op42 \nga"
                + "mmaalphaalpha ns/opdeltagamma"),
    ]
}
