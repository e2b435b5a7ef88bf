import AgentProtocol
package import HostFacts

extension CanaryBook: WireMessage {}

/// Keeps what the canaries took in the state folder, whole or not at all.
package struct CanaryBookStore: Sendable {
    private let folder: StateFolder

    package init(_ folder: StateFolder) { self.folder = folder }

    /// A book that is missing or cannot be read begins anew: its references are measured again.
    package func load() -> CanaryBook {
        guard let bytes = try? folder.read(folder.canaryBook, secret: false),
            let book = try? WireCodec.decode(CanaryBook.self, from: bytes)
        else { return CanaryBook() }
        return book
    }

    package func save(_ book: CanaryBook) throws(StateFailure) {
        let bytes: [UInt8]
        do {
            bytes = try WireCodec.encode(book)
        } catch {
            throw StateFailure("write", folder.canaryBook, reason: "\(error)")
        }
        try folder.write(bytes, to: folder.canaryBook)
    }
}
