import Foundation
import Testing

/// Recorded files beside the tests.
enum Recorded {
    private static var folder: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .path
    }

    /// A reply that a controller gave.
    static func reply(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/Replies/\(name).json", encoding: .utf8)
    }

    /// Compares with the golden file; `FLEETMARK_UPDATE_GOLDEN=1` writes it anew.
    static func expect(
        _ text: String, equals name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let path = "\(folder)/Golden/\(name)"
        if ProcessInfo.processInfo.environment["FLEETMARK_UPDATE_GOLDEN"] == "1" {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let wanted = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text == wanted, "Golden/\(name)", sourceLocation: sourceLocation)
    }
}
