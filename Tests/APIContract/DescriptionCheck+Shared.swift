import Synchronization
import WebSupport

extension DescriptionCheck {
    /// All controllers of one build serve the same description.
    private static let known = Mutex<DescriptionCheck?>(nil)

    /// Asks a controller for it once.
    package static func shared(
        _ read: () async throws -> [UInt8]
    ) async throws -> DescriptionCheck {
        if let known = known.withLock({ $0 }) { return known }
        let check = DescriptionCheck(try JSONParser.parse(try await read()))
        known.withLock { $0 = check }
        return check
    }
}
