/// Every format, in the order in which detection asks. The first that recognises content has it.
/// Source: the benchmark format specification, section "Detection".
package enum FormatCatalogue {
    package static let entries: [FormatEntry] = [
        // XML.
        FormatEntry(Catch2XML.self),
        FormatEntry(PhpbenchXML.self),

        // One object.
        FormatEntry(FleetmarkJSON.self),
        FormatEntry(BenchmarkDotNetJSON.self),
        FormatEntry(MitataJSON.self),
        FormatEntry(GoogleBenchmarkJSON.self),
        FormatEntry(PytestBenchmarkJSON.self),
        FormatEntry(ASVJSON.self),
        FormatEntry(PyperfJSON.self),
        FormatEntry(HyperfineJSON.self),
        FormatEntry(VitestBenchJSON.self),
        FormatEntry(K6SummaryJSON.self),
        FormatEntry(OhaJSON.self),
        FormatEntry(SwiftBenchmarkJSON.self),

        // An array of objects.
        FormatEntry(JMHJSON.self),
        FormatEntry(BenchmarkIPSJSON.self),
        FormatEntry(BencheeJSON.self),
        FormatEntry(GHACustomJSON.self),

        // Objects on lines, some of them between lines of text.
        FormatEntry(GoTestJSON.self),
        FormatEntry(FleetmarkNDJSON.self),
        FormatEntry(CargoCriterionNDJSON.self),
        FormatEntry(LibtestJSON.self),
        FormatEntry(ReBenchTable.self),
        FormatEntry(PerfStatJSON.self),
        FormatEntry(GungraunJSON.self),
        // An object of objects of objects: what is more telling has been asked.
        FormatEntry(BMFJSON.self),

        // Text.
        FormatEntry(GNUTimeText.self),
        FormatEntry(PerfStatCSV.self),
        FormatEntry(XCTestText.self),
        FormatEntry(WrkText.self),
        FormatEntry(HeyText.self),
        FormatEntry(GoBenchText.self),
        FormatEntry(Catch2Console.self),
        FormatEntry(DivanConsole.self),
        FormatEntry(RustConsole.self),
        FormatEntry(CriterionConsole.self),
        FormatEntry(LibtestText.self),
        FormatEntry(IaiText.self),
        FormatEntry(BenchmarkIPSText.self),
        FormatEntry(BenchmarkJSText.self),
        FormatEntry(RubyBenchmarkText.self),
        FormatEntry(DartBenchmarkText.self),

        // A folder.
        FormatEntry(CriterionFolder.self),
    ]

    /// The entry of this id.
    package static func entry(_ id: String) -> FormatEntry? { entries.first { $0.id == id } }
}
