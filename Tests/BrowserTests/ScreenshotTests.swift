import Foundation
import Testing

/// Writes every page as a picture into the folder that `FLEETMARK_SCREENSHOTS` names; see
/// `scripts/screenshots`.
@Suite struct ScreenshotTests {
    private static let folder = ProcessInfo.processInfo.environment["FLEETMARK_SCREENSHOTS"]
    private static let longest: Int64 = 2400

    private struct Screen {
        let name: String
        let width: Int64
        let height: Int64
    }

    private static let screens = [
        Screen(name: "desktop", width: 1280, height: 800),
        Screen(name: "phone", width: 390, height: 844),
    ]

    @Test(.enabled(if: folder != nil))
    func `every page at both widths in both themes`() async throws {
        let folder = try #require(Self.folder)
        try await VisitedSite.with { site in
            for page in PagesUnderTest.all {
                try await site.browser.deleteCookies()
                let address = try await site.open(page)
                for screen in Self.screens {
                    try await site.browser.resize(width: screen.width, height: screen.height)
                    for theme in Browser.Theme.allCases {
                        try await site.browser.prefer(theme)
                        try await site.browser.open(address)
                        let picture = try await site.browser.wholePage(limit: Self.longest)
                        let name = "\(page.name)-\(screen.name)-\(theme).png"
                        try Data(picture).write(to: URL(filePath: folder).appending(path: name))
                    }
                }
            }
        }
    }
}
