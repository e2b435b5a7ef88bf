import Foundation

/// The programs that the package builds beside the test binary.
package enum BuiltProducts {
    /// A program that a test needs has not been built.
    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Returns: the absolute path of an executable product of this build.
    package static func path(of product: String) throws -> String {
        let runner = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folders = [runner] + CommandLine.arguments.filter { $0.hasPrefix("/") }
        for path in folders {
            let candidate = URL(fileURLWithPath: path).deletingLastPathComponent()
                .appendingPathComponent(product).path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        }
        throw Missing(description: "no \(product) beside \(runner); build the package first")
    }
}
