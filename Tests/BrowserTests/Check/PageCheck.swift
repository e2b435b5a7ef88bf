import AgentProtocol
import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// What every page keeps to, whoever wrote it.
struct PageCheck: Sendable {
    let browser: Browser

    static let phone: Int64 = 390
    static let desktop: Int64 = 1280

    /// Opens the page at desktop width, and looks at it at phone width too.
    ///
    /// Returns: all that is wrong with it; nothing for a good page.
    func findings(at address: String, status expected: Int64 = 200) async throws -> [Finding] {
        try await browser.resize(width: Self.desktop)
        _ = try await browser.takeLog("browser")
        _ = try await browser.takeLog("performance")
        try await browser.open(address)
        var found = try await labels()
        found += try await list(PageScripts.lostFragments, as: .link)
        found += try await links()
        try await browser.resize(width: Self.phone, height: 844)
        found += try await list(PageScripts.overflow, as: .overflow)
        found += try await list(PageScripts.violations, as: .policy)
        let traffic = TrafficLog(try await browser.takeLog("performance"), of: address)
        if traffic.status != expected {
            found.append(Finding(.status, "\(traffic.status ?? 0), not \(expected)"))
        }
        return found + traffic.failures + (try await console(at: address, status: expected))
    }

    private func labels() async throws -> [Finding] {
        try await list(PageScripts.unnamed, as: .unnamed)
            + (try await list(PageScripts.doubled, as: .doubled))
    }

    private func list(_ script: String, as kind: Finding.Kind) async throws -> [Finding] {
        try await browser.run(script, as: [String].self).map { Finding(kind, $0) }
    }

    /// Warnings count: a page that is ready says nothing.
    private func console(at address: String, status: Int64) async throws -> [Finding] {
        try await browser.takeLog("browser").compactMap { entry in
            let text = entry["message"]?.text ?? ""
            guard ["SEVERE", "WARNING"].contains(entry["level"]?.text) else { return nil }
            // The browser also logs the page's own status, which is expected here.
            let isOwnStatus =
                status >= 400 && text.hasPrefix(address) && text.contains("status of \(status)")
            return isOwnStatus ? nil : Finding(.console, text)
        }
    }

    private func links() async throws -> [Finding] {
        let cookies = try await browser.cookies
        var found: [Finding] = []
        for link in try await browser.run(PageScripts.links, as: [String].self) {
            var request = HTTPClientRequest(url: link)
            if !cookies.isEmpty { request.headers.add(name: "Cookie", value: cookies) }
            let reply = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
            _ = try? await reply.body.collect(upTo: 64 << 20)
            if reply.status.code >= 400 {
                found.append(Finding(.link, "\(reply.status.code) \(link)"))
            }
        }
        return found
    }
}
