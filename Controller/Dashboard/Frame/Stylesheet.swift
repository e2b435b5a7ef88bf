import Hummingbird

/// The one stylesheet: the tokens and parts of all pages, then what single pages add.
struct Stylesheet: Sendable {
    private let file: WebFile

    init() {
        let parts = [
            PackageResources.fleetmark_css, PackageResources.charts_css,
            PackageResources.live_css, PackageResources.compare_css,
        ]
        file = WebFile("fleetmark", .style, Array(parts.joined()))
    }

    var path: String { file.path }
    var response: Response { file.response }
}
