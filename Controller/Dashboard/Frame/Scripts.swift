import CWebAssets

/// What pages run in the browser. Every page can be read without.
struct Scripts: Sendable {
    /// Each needs those before it.
    enum Name: String, CaseIterable, Sendable {
        /// Draws interactive charts; the one script of others.
        case dygraphs
        /// The graph of a series.
        case series
        /// Follows a log, and renews what a page says of work that goes on.
        case live
        /// Asks for a page again and puts what is new in place.
        case renew
        /// The reader's choice of theme; on every page.
        case theme
    }

    private let files: [Name: WebFile]
    /// The terms under which the others' script is passed on.
    let licence: WebFile

    init() {
        files = [
            .dygraphs: WebFile("dygraphs", .script, Self.bytes(fleetmark_dygraphs_script())),
            .series: WebFile("series", .script, PackageResources.series_js),
            .live: WebFile("live", .script, PackageResources.live_js),
            .renew: WebFile("renew", .script, PackageResources.renew_js),
            .theme: WebFile("theme", .script, PackageResources.theme_js),
        ]
        licence = WebFile("dygraphs-licence", .text, Self.bytes(fleetmark_dygraphs_licence()))
    }

    var all: [WebFile] { Name.allCases.compactMap { files[$0] } + [licence] }

    /// Empty for a script that is missing, which a test rules out.
    func path(_ name: Name) -> String { files[name]?.path ?? "" }

    private static func bytes(_ asset: fleetmark_web_asset) -> [UInt8] {
        Array(UnsafeBufferPointer(start: asset.bytes, count: asset.count))
    }
}
