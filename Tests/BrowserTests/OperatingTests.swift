import AgentProtocol
import SampleFleets
import TestSupport
import Testing

/// What people do on the pages beside reading.
@Suite struct OperatingTests {
    @Test func `an operator drains a host with a reason, and it takes work again`() async throws {
        try await VisitedSite.with { site in
            try await site.signIn()
            let anvil = try site.site.history.host("anvil")
            try await site.browser.open(site.address("/hosts/\(anvil)"))
            try await site.browser.click(".actions summary")
            try await site.browser.type("A disk is replaced.", into: ".actions input[name=reason]")
            try await site.browser.follow(".actions .ask-body button")
            #expect(try await site.browser.text(".page-head .meta").contains("draining"))
            let told = try await site.browser.text("ol.timeline")
            #expect(told.contains("From active to draining"))
            #expect(told.contains("by operator on duty: A disk is replaced."))
            try await site.browser.follow(".actions button")
            #expect(try await site.browser.text(".page-head .meta").contains("active"))
        }
    }

    @Test func `who may cancels a job, who may not sees no button`() async throws {
        try await VisitedSite.with { site in
            let browser = site.browser
            try await browser.open(site.address("/queue"))
            #expect(try await !browser.has("form.order"))
            #expect(try await !browser.text("main").contains("Compact in the background"))
            try await site.signIn(with: SampleSite.viewerKey)
            try await browser.open(site.address("/queue"))
            #expect(try await browser.text("main").contains("Compact in the background"))
            #expect(try await !browser.has("form.order"))
            try await browser.deleteCookies()
            try await site.signIn()
            try await browser.open(site.address("/queue"))
            let count = "return document.querySelectorAll('form.order').length"
            let before = try await browser.run(count).wholeNumber
            try await browser.follow("section:nth-of-type(2) form.order button")
            #expect(try await browser.address == site.address("/queue"))
            #expect(try await browser.run(count).wholeNumber == (before ?? 0) - 1)
        }
    }

    @Test func `an administrator looks after people, and others see none of them`() async throws {
        try await VisitedSite.with { site in
            let browser = site.browser
            try await site.signIn(with: SampleSite.viewerKey)
            try await browser.open(site.address("/people"))
            #expect(try await !browser.text("main").contains("night shift"))
            try await browser.open(site.address("/hosts"))
            #expect(try await !browser.has("#menu a[href='/people']"))
            try await browser.deleteCookies()
            try await site.signIn()
            try await browser.open(site.address("/hosts"))
            try await browser.follow("#menu a[href='/people']")
            let row = "#users tbody tr:first-child"
            #expect(try await browser.text(row).contains("night shift"))
            try await browser.run(
                "document.querySelector('\(row) select').value = 'promoter'")
            try await browser.follow("\(row) .choose button")
            #expect(
                try await browser.run("return document.querySelector('\(row) select').value")
                    .text == "promoter")
            try await browser.click("\(row) .ask summary")
            try await browser.type("Has left.", into: "\(row) input[name=reason]")
            try await browser.follow("\(row) .ask-body button")
            #expect(try await browser.text(row).contains("out of action"))
            #expect(try await browser.text("#acts").contains("update user"))
            try await browser.follow("\(row) form:not(.choose) button")
            #expect(try await browser.text(row).contains("active"))
            try await browser.follow("#teams form[action$='/members'] button")
            #expect(try await browser.text("#teams .members").contains("night shift"))
            try await browser.type("second team", into: "#team-name")
            try await browser.follow("#teams .panel-foot button")
            #expect(try await browser.text("#teams").contains("second team"))
            let key = "#keys tbody tr:first-child"  // The session came in with the other one.
            #expect(try await browser.text(key).contains("vault reader"))
            try await browser.click("\(key) .ask summary")
            try await browser.type("Lost.", into: "\(key) input[name=reason]")
            try await browser.follow("\(key) .ask-body button")
            #expect(try await browser.text(key).contains("revoked"))
        }
    }

    @Test func `who revokes the own key is told that the session ends with it`() async throws {
        try await VisitedSite.with { site in
            let browser = site.browser
            try await site.signIn()
            try await browser.open(site.address("/people"))
            let (other, own) = ("#keys tbody tr:first-child", "#keys tbody tr:last-child")
            #expect(try await browser.text(own).contains("operator on duty"))
            try await browser.click("\(other) .ask summary")
            #expect(try await !browser.text("\(other) .ask-body").contains("this session"))
            try await browser.click("\(other) .ask summary")
            try await browser.click("\(own) .ask summary")
            #expect(try await browser.text("\(own) .ask-body").contains("this session with it"))
            try await browser.type("Handed on.", into: "\(own) input[name=reason]")
            try await browser.follow("\(own) .ask-body button")
            #expect(try await !browser.has("#keys"))
            #expect(try await browser.address.hasPrefix(site.address("/sign-in")))
            try await browser.open(site.address("/people"))
            #expect(try await !browser.has("#keys"))
        }
    }

    @Test func `an administrator shares a project and gives a team a role`() async throws {
        try await VisitedSite.with { site in
            let browser = site.browser
            try await site.signIn()
            try await browser.open(site.address("/people"))
            let shares = "#shares tbody"
            #expect(try await browser.text(shares).contains("promoter"))
            try await browser.run(
                """
                const user = [...document.querySelectorAll('#share-with option')]
                    .find((option) => option.textContent === 'night shift')
                document.querySelector('#share-with').value = user.value
                document.querySelector('#share-role').value = 'contributor'
                """)
            try await browser.follow("#shares .panel-foot button")
            #expect(try await browser.text(shares).contains("night shift"))
            #expect(try await browser.text(shares).contains("contributor"))
            try await browser.follow("\(shares) tr:last-child .order button")
            try await browser.follow("\(shares) tr:last-child .order button")
            #expect(try await browser.text("#shares").contains("No project is shared"))
            let role = "select[id^=team-role-]"
            try await browser.run("document.querySelector('\(role)').value = 'viewer'")
            try await browser.follow("#teams form:has(\(role)) button")
            #expect(
                try await browser.run("return document.querySelector('\(role)').value").text
                    == "viewer")
            #expect(try await browser.text("#acts").contains("update role"))
            #expect(try await browser.text("#acts").contains("night shift in lantern"))
        }
    }

    @Test func `the theme is the system's until the reader chooses, and then stays`()
        async throws
    {
        try await VisitedSite.with { site in
            let browser = site.browser
            let ground = "return getComputedStyle(document.body).backgroundColor"
            try await browser.prefer(.dark)
            try await browser.open(site.address("/"))
            let dark = try await browser.run(ground)
            try await browser.click("#theme button[value=light]")
            let light = try await browser.run(ground)
            #expect(light != dark)
            try await browser.open(site.address("/queue"))
            #expect(try await browser.run(ground) == light)
            try await browser.click("#theme button[value=system]")
            #expect(try await browser.run(ground) == dark)
        }
    }

    @Test func `a phone has the whole menu, without a script too`() async throws {
        try await VisitedSite.with { site in
            let browser = site.browser
            try await browser.resize(width: 390, height: 844)
            try await browser.open(site.address("/"))
            try await browser.click(".menu-open")
            try await browser.follow(".rail a[href='/queue']")
            #expect(try await browser.text("h1") == "Queue")
            #expect(try await browser.address == site.address("/queue"))
        }
    }

    @Test func `the queue renews itself without leaving what the reader does`() async throws {
        try await VisitedSite.with { site in
            let browser = site.browser
            try await site.signIn()
            try await browser.open(site.address("/queue"))
            let waited = "return document.querySelector('main table time').textContent"
            let before = try await browser.run(waited)
            try await eventually("the page did not renew itself") {
                try await browser.run(waited) != before
            }
            let log = try await browser.takeLog("browser").filter {
                ["SEVERE", "WARNING"].contains($0["level"]?.text)
            }
            #expect(log.isEmpty, "\(log)")
        }
    }
}
