import AgentProtocol
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SampleFleets
import TestSupport
import Testing

/// Signing in, as a person in a browser and as somebody who would like to be one.
@Suite struct SignInTests {
    @Test func `a key opens what is private, and signing out closes it`() async throws {
        try await VisitedSite.with { site in
            let browser = site.browser
            try await browser.open(site.address("/hosts"))
            #expect(try await browser.address.contains("/sign-in?return_to=%2Fhosts"))
            try await browser.type(SampleSite.adminKey, into: "#key")
            try await browser.follow("form.form button")
            #expect(try await browser.address == site.address("/hosts"))
            #expect(try await browser.text(".reader b") == "operator on duty")
            let cookie = try await browser.cookie("fleetmark_session")
            #expect(cookie["httpOnly"] == true)
            #expect(cookie["secure"] == true)
            #expect(cookie["sameSite"] == "Lax")
            #expect(cookie["value"]?.text?.contains(SampleSite.adminKey) == false)
            try await browser.open(site.address("/p/vault"))
            #expect(try await browser.text("h1") == "vault")
            try await browser.follow(".rail-foot form button")
            #expect(try await browser.address == site.address("/"))
            #expect(try await browser.cookies == "")
            try await browser.open(site.address("/p/vault"))
            #expect(try await browser.text("h1") == "There is no such page")
        }
    }

    @Test func `a wrong key is refused without saying why, and ten of them for a while`()
        async throws
    {
        try await VisitedSite.with { site in
            let browser = site.browser
            try await browser.open(site.address("/sign-in"))
            for _ in 0..<10 {
                try await browser.type("pg_live_" + String(repeating: "f", count: 32), into: "#key")
                try await browser.follow("form.form button")
                try await eventually("no problem is told") { try await browser.has("#problem") }
                #expect(try await browser.text("#problem b") == "The key is not accepted.")
            }
            try await browser.type(SampleSite.adminKey, into: "#key")
            try await browser.follow("form.form button")
            try await eventually("the address is not locked out") {
                guard try await browser.has("#problem") else { return false }
                return try await browser.text("#problem").contains("Too many wrong keys")
            }
            #expect(try await browser.cookies == "")
        }
    }

    @Test func `the way back never leaves the site`() async throws {
        try await VisitedSite.with { site in
            try await site.browser.open(site.address("/sign-in?return_to=//example.org/"))
            try await site.browser.type(SampleSite.adminKey, into: "#key")
            try await site.browser.follow("form.form button")
            #expect(try await site.browser.address == site.address("/"))
        }
    }

    @Test func `a form without the session's token, or of another site, changes nothing`()
        async throws
    {
        try await VisitedSite.with { site in
            try await site.signIn()
            let cookies = try await site.browser.cookies
            let anvil = try site.site.history.host("anvil")
            let token = try await site.browser.run(
                "return document.querySelector('input[name=token]').value")
            let form = "reason=mine&token=\(token.text ?? "")"
            let calls: [(String, [(String, String)], Int)] = [
                ("reason=mine", [], 403), ("reason=mine&token=0", [], 403),
                (form, [("Origin", "https://example.org")], 403),
                (form, [("Sec-Fetch-Site", "cross-site")], 403),
                ("token=\(token.text ?? "")", [], 400), (form, [], 303),
            ]
            for (body, headers, status) in calls {
                let reply = try await Self.post(
                    site.address("/hosts/\(anvil)/drain"), body,
                    headers + [("Cookie", cookies)])
                #expect(reply == status, "\(body) \(headers)")
            }
            let stranger = try await Self.post(
                site.address("/hosts/\(anvil)/resume"), form, [])
            #expect(stranger == 401)
        }
    }

    @Test func `the API takes the cookie, and writes only with the token as a header`()
        async throws
    {
        try await VisitedSite.with { site in
            try await site.signIn(with: SampleSite.viewerKey)
            let cookies = try await site.browser.cookies
            let address = site.address("/api/v1/session")
            #expect(try await Self.call(.GET, address, [("Cookie", cookies)]) == 200)
            #expect(try await Self.call(.GET, address, []) == 401)
            let ended = "fleetmark_session=fms_" + String(repeating: "0", count: 64)
            #expect(try await Self.call(.GET, address, [("Cookie", ended)]) == 401)
            #expect(try await Self.call(.DELETE, address, [("Cookie", cookies)]) == 403)
            let token = try await site.browser.run(
                "return document.querySelector('input[name=token]').value")
            let headers = [("Cookie", cookies), ("X-CSRF-Token", token.text ?? "")]
            #expect(try await Self.call(.DELETE, address, headers) == 204)
            #expect(try await Self.call(.GET, address, [("Cookie", cookies)]) == 401)
        }
    }

    private static func post(
        _ address: String, _ body: String, _ headers: [(String, String)]
    ) async throws -> Int {
        try await call(
            .POST, address,
            headers + [("Content-Type", "application/x-www-form-urlencoded")], body)
    }

    private static func call(
        _ method: HTTPMethod, _ address: String, _ headers: [(String, String)],
        _ body: String? = nil
    ) async throws -> Int {
        var request = HTTPClientRequest(url: address)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(Array(body.utf8)) }
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .init(redirectConfiguration: .disallow))
        let reply = try await client.execute(request, timeout: .seconds(60))
        _ = try await reply.body.collect(upTo: 1 << 20)
        try await client.shutdown()
        return Int(reply.status.code)
    }
}
