import AgentProtocol
import Foundation
import TestSupport

/// One session of a headless browser: what a person does with a page, and what a test looks at.
struct Browser: Sendable {
    private let driver: WebDriver
    private let session: String

    init(_ driver: WebDriver, capabilities: JSONValue) async throws {
        self.driver = driver
        let value = try await driver.call(
            .post, "/session",
            ["capabilities": .object(["alwaysMatch": capabilities])])
        guard let id = value["sessionId"]?.text else { throw BrowserProblem("no session") }
        session = "/session/" + id
        try await chrome("Network.enable")
        try await chrome(
            "Page.addScriptToEvaluateOnNewDocument", ["source": .string(PageScripts.watch)])
    }

    func quit() async throws { try await driver.call(.delete, session) }

    /// Returns once the page has loaded.
    func open(_ address: String) async throws {
        try await driver.call(.post, session + "/url", ["url": .string(address)])
    }

    func reload() async throws { try await driver.call(.post, session + "/refresh") }

    var address: String {
        get async throws { try await driver.call(.get, session + "/url").text ?? "" }
    }

    /// The value that a script's `return` gives.
    @discardableResult
    func run(_ script: String, _ arguments: [JSONValue] = []) async throws -> JSONValue {
        try await driver.call(
            .post, session + "/execute/sync",
            ["script": .string(script), "args": .array(arguments)])
    }

    /// The value that a script gives, as one of the test's own types.
    func run<Value: Decodable>(
        _ script: String, _ arguments: [JSONValue] = [], as type: Value.Type
    ) async throws -> Value {
        let value = try await run(script, arguments)
        return try JSONDecoder().decode(type, from: JSONEncoder().encode(value))
    }

    /// The text of the first element that the selector finds.
    func text(_ selector: String) async throws -> String {
        try await driver.call(.get, try await element(selector) + "/text").text ?? ""
    }

    /// Whether there is such an element, shown or not.
    func has(_ selector: String) async throws -> Bool {
        try await run("return document.querySelector(arguments[0]) !== null", [.string(selector)])
            == .bool(true)
    }

    /// As a person does: only what is there and not covered can be clicked.
    func click(_ selector: String) async throws {
        try await driver.call(.post, try await element(selector) + "/click")
    }

    /// Clicks what leads to another page, and waits until that page is there: a form is sent after
    /// the click has been answered.
    func follow(_ selector: String) async throws {
        try await run("document.documentElement.dataset.left = 'yes'")
        try await click(selector)
        try await eventually("\(selector) led nowhere") {
            // Between two pages there is no document to ask.
            let arrived = try? await run(
                """
                return document.readyState === 'complete'
                    && !('left' in document.documentElement.dataset)
                """)
            return arrived == true
        }
    }

    func type(_ text: String, into selector: String) async throws {
        try await driver.call(
            .post, try await element(selector) + "/value", ["text": .string(text)])
    }

    private func element(_ selector: String) async throws -> String {
        let found = try await driver.call(
            .post, session + "/element",
            ["using": "css selector", "value": .string(selector)])
        guard case .object(let members) = found, let id = members.values.first?.text else {
            throw BrowserProblem("no element \(selector)")
        }
        return session + "/element/" + id
    }

    // MARK: What the page is shown on

    /// The size of what is seen, in CSS pixels; also below what a window can be made.
    func resize(width: Int64, height: Int64 = 900, scale: Int64 = 1) async throws {
        try await chrome(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .integer(width), "height": .integer(height),
                "deviceScaleFactor": .integer(scale), "mobile": false,
            ])
    }

    enum Theme: String, CaseIterable { case light, dark }

    /// What the reader's system asks for.
    func prefer(_ theme: Theme) async throws {
        try await chrome(
            "Emulation.setEmulatedMedia",
            [
                "features": .array([
                    .object([
                        "name": "prefers-color-scheme", "value": .string(theme.rawValue),
                    ])
                ])
            ])
    }

    func allowScripts(_ allowed: Bool) async throws {
        try await chrome("Emulation.setScriptExecutionDisabled", ["value": .bool(!allowed)])
    }

    /// What is seen, as a PNG.
    func screenshot() async throws -> [UInt8] {
        try Self.bytes(try await driver.call(.get, session + "/screenshot"))
    }

    /// The page from its top to its end, at most `limit` pixels of it, as a PNG.
    func wholePage(limit: Int64) async throws -> [UInt8] {
        let found = try await run("return document.documentElement.scrollHeight").wholeNumber
        let size = try await run("return innerWidth").wholeNumber ?? 1280
        let reply = try await chrome(
            "Page.captureScreenshot",
            [
                "format": "png", "captureBeyondViewport": true,
                "clip": .object([
                    "x": 0, "y": 0, "width": .integer(size),
                    "height": .integer(min(found ?? limit, limit)), "scale": 1,
                ]),
            ])
        return try Self.bytes(reply["data"] ?? .null)
    }

    private static func bytes(_ value: JSONValue) throws -> [UInt8] {
        guard let text = value.text, let bytes = Data(base64Encoded: text) else {
            throw BrowserProblem("the browser gave no picture")
        }
        return Array(bytes)
    }

    // MARK: What the browser keeps

    /// The cookies as a header of a call says them.
    var cookies: String {
        get async throws {
            guard case .array(let found) = try await driver.call(.get, session + "/cookie")
            else { return "" }
            return found.map { "\($0["name"]?.text ?? "")=\($0["value"]?.text ?? "")" }
                .joined(separator: "; ")
        }
    }

    func cookie(_ name: String) async throws -> JSONValue {
        try await driver.call(.get, session + "/cookie/" + name)
    }

    func deleteCookies() async throws { try await driver.call(.delete, session + "/cookie") }

    /// What was logged since the last call: `browser` or `performance`.
    func takeLog(_ kind: String) async throws -> [JSONValue] {
        let entries = try await driver.call(
            .post, session + "/se/log", ["type": .string(kind)])
        guard case .array(let entries) = entries else { return [] }
        return entries
    }

    /// A command of Chrome's own protocol.
    @discardableResult
    func chrome(
        _ command: String, _ parameters: [String: JSONValue] = [:]
    ) async throws -> JSONValue {
        try await driver.call(
            .post, session + "/goog/cdp/execute",
            ["cmd": .string(command), "params": .object(parameters)])
    }
}
