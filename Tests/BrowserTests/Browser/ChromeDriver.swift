import AgentProtocol
import Foundation
import Glibc
import TestSupport

/// A chromedriver of its own for one test, and the browsers that it starts.
enum ChromeDriver {
    /// Lends a headless browser with an empty profile.
    static func withBrowser(_ body: (Browser) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let (program, port) = try await start(in: folder)
            do {
                try await lend(port, profile: folder + "/profile", body)
            } catch {
                _ = try? await program.end(SIGKILL)
                throw error
            }
            // It has nothing left to put in order: its browser has ended.
            try await program.end(SIGKILL)
        }
    }

    /// A port that it chose may be taken on the other family of addresses, and then it waits for
    /// ever without a word; another one is started instead.
    private static func start(in folder: String) async throws -> (RunningProgram, port: Int) {
        var said = ""
        for attempt in 1...3 {
            let program = try RunningProgram(
                path("chromedriver"), ["--port=0"], environment: ["HOME": folder],
                logFile: folder + "/chromedriver-\(attempt).log")
            let patience: Duration = .seconds(30)
            try? await eventually("no port", for: patience) { port(in: program.output) != nil }
            if let port = port(in: program.output) { return (program, port) }
            said = program.output
            try await program.end(SIGKILL)
        }
        throw BrowserProblem("chromedriver did not start: \(said)")
    }

    private static func lend(
        _ port: Int, profile: String, _ body: (Browser) async throws -> Void
    ) async throws {
        let driver = WebDriver(address: "http://127.0.0.1:\(port)")
        let browser = try await Browser(driver, capabilities: capabilities(profile: profile))
        do {
            try await body(browser)
        } catch {
            try? await browser.quit()
            throw error
        }
        try await browser.quit()
    }

    /// Of the line `ChromeDriver was started successfully on port 41297.`
    private static func port(in output: String) -> Int? {
        guard let found = output.firstRange(of: "successfully on port ") else { return nil }
        let rest = output[found.upperBound...]
        guard rest.contains(".") else { return nil }
        return Int(rest.prefix { $0.isNumber })
    }

    private static func path(_ program: String) throws -> String {
        let found = ["/usr/bin/", "/usr/local/bin/"].map { $0 + program }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else {
            throw BrowserProblem("\(program) is not installed: see scripts/packages")
        }
        return found
    }

    private static func capabilities(profile: String) throws -> JSONValue {
        .object([
            "browserName": "chrome", "acceptInsecureCerts": true,
            "goog:chromeOptions": .object([
                "binary": .string(try path("chromium")),
                "args": .array([
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                    "--hide-scrollbars", "--force-device-scale-factor=1", "--lang=en",
                    "--window-size=1280,900", .string("--user-data-dir=\(profile)"),
                ]),
            ]),
            "goog:loggingPrefs": .object(["browser": "ALL", "performance": "ALL"]),
        ])
    }
}
