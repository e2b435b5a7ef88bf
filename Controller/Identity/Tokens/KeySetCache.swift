/// Where documents of providers come from.
package protocol ProviderDocuments: Sendable {
    /// The whole document; throws for anything but a short answer in time.
    func document(at url: String) async throws -> [UInt8]
}

/// How long keys are believed, and how often they may be asked for.
package struct KeySetSettings: Sendable {
    /// Older ones are read anew when they are needed.
    package var refreshAfter = Duration.seconds(3600)
    /// When the provider cannot be reached, keys hold this long.
    package var trustFor = Duration.seconds(24 * 3600)
    /// An unknown key id asks the provider again, but not more often: anybody can make one up.
    package var retryAfter = Duration.seconds(60)

    package init() {}
}

/// The keys of one provider, read when they are needed and kept for a while.
actor KeySetCache {
    private let provider: TokenProvider
    private let documents: any ProviderDocuments
    private let settings: KeySetSettings
    private let now: @Sendable () -> ContinuousClock.Instant

    private var keys: (set: KeySet, readAt: ContinuousClock.Instant)?
    private var askedAt: ContinuousClock.Instant?
    /// What several calls wait for together.
    private var reading: Task<Void, Never>?

    init(
        _ provider: TokenProvider, documents: any ProviderDocuments, settings: KeySetSettings,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.provider = provider
        self.documents = documents
        self.settings = settings
        self.now = now
    }

    /// The key of this id; nil when the provider has none.
    func key(_ id: String) async throws(TokenRefusal) -> KeySet.Key? {
        let known = believedKeys
        let isFresh = keys.map { $0.readAt + settings.refreshAfter > now() } ?? false
        if isFresh, let key = known?.key(id) { return key }
        await readAgain()
        guard let set = believedKeys else {
            throw .providerUnavailable(issuer: provider.issuer)
        }
        return set.key(id)
    }

    private var believedKeys: KeySet? {
        guard let keys, keys.readAt + settings.trustFor > now() else { return nil }
        return keys.set
    }

    /// Once for all who wait, and not again too soon.
    private func readAgain() async {
        if let reading { return await reading.value }
        if let askedAt, askedAt + settings.retryAfter > now() { return }
        askedAt = now()
        let task = Task { await read() }
        reading = task
        await task.value
        reading = nil
    }

    private func read() async {
        do {
            let url: String
            if let known = provider.keySetURL {
                url = known
            } else {
                let discovery = try await documents.document(
                    at: Discovery.address(of: provider.issuer))
                url = try Discovery(discovery, of: provider.issuer).keySetURL
            }
            guard let set = await KeySet(try await documents.document(at: url)) else { return }
            keys = (set, now())
        } catch {
            // What is known stays; who asks is told when there is nothing.
        }
    }
}
