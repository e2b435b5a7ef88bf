import Foundation
import Testing

@testable import WebSupport

/// Recorded replies; `FLEETMARK_UPDATE_GOLDEN=1` writes them anew.
enum Golden {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden")

    /// Compares status, the headers that matter and body with the record of that name.
    static func check(_ name: String, _ reply: Reply) throws {
        var headers: [String: JSONValue] = [:]
        for header in ["Content-Type", "Location", "Retry-After", "Allow"] {
            headers[header] = reply[header: header].map { .string($0) }
        }
        let body: JSONValue =
            reply.json != .null || reply.bytes.isEmpty ? reply.json : .string(reply.text)
        let document = JSONValue.object([
            "status": .integer(reply.status), "headers": .object(headers), "body": body,
        ])
        try check(name + ".json", text: normalised(pretty(document)) + "\n")
    }

    /// Compares a text with the file of that name.
    static func check(_ name: String, text: String) throws {
        let file = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["FLEETMARK_UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: file)
        }
        let recorded = (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) }
        #expect(text == recorded, "\(name)")
    }

    /// With sorted keys, one member a line.
    private static func pretty(_ value: JSONValue, indent: String = "") -> String {
        let inner = indent + "  "
        switch value {
        case .array(let items) where !items.isEmpty:
            let lines = items.map { inner + pretty($0, indent: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members) where !members.isEmpty:
            let lines = members.sorted { $0.key < $1.key }.map { name, value in
                inner + JSONValue.string(name).text + ": " + pretty(value, indent: inner)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        default: return value.text
        }
    }

    /// With identifiers numbered in the order of their appearance, and without what differs from
    /// run to run: times of now, secrets, digests of certificates, paths of the test's folder.
    private static func normalised(_ text: String) -> String {
        var names: [String: String] = [:]
        let identifier = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/
        return text.replacing(identifier) { match in
            let name = String(match.output)
            let number = names[name] ?? "<id \(names.count + 1)>"
            names[name] = number
            return number
        }
        .replacing(/"([a-z_]+_us)": (17[1-9]|1[89][0-9]|[2-9][0-9]{2})[0-9]{13}/) { match in
            "\"\(match.output.1)\": \"<time>\""
        }
        .replacing(/fme_[0-9a-f]{32}/, with: "<token>")
        .replacing(/(?i)"sha256:[0-9a-f]{64}"/, with: "\"<fingerprint>\"")
        .replacing(/-----BEGIN CERTIFICATE-----.*-----END CERTIFICATE-----/, with: "<certificate>")
        .replacing(/file:\/\/[^"]*\/([a-z]+\.git)/) { "file:///<folder>/\($0.output.1)" }
    }
}
