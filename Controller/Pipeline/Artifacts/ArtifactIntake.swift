import CrashPoints
package import Storage

/// Takes the files of attempts, part by part, until they are whole.
///
/// Enters: declarations and parts of agents. Leaves: rows of `ArtifactStore` and content under its
/// digest. What is acknowledged is on disk, and every step may be repeated.
package struct ArtifactIntake: Sendable {
    package let store: ArtifactStore
    package let folder: ContentFolder

    package init(store: ArtifactStore, folder: ContentFolder) {
        self.store = store
        self.folder = folder
    }

    /// The name, and which parts are wanted; none where the same bytes are here already.
    package func declare(
        _ wanted: ArtifactStore.Declaration, from holder: AttemptStore.Holder
    ) async throws -> ArtifactStore.Standing {
        CrashPoint.artifactDeclaring.reach()
        let standing = try await store.declare(
            wanted, isKept: folder.has(wanted.key, sizeBytes: wanted.sizeBytes), from: holder)
        CrashPoint.artifactDeclared.reach()
        return try await completed(standing)
    }

    /// One part, whose length was checked against its place.
    package func take(
        _ bytes: [UInt8], part number: Int, of standing: ArtifactStore.Standing,
        from holder: AttemptStore.Holder
    ) async throws -> ArtifactStore.Standing {
        let key = standing.artifact.key
        guard !standing.isStored, let place = standing.place(ofPart: number) else {
            return standing
        }
        // What a fenced attempt sends does not reach the disk.
        try await store.requireReceiving(holder)
        CrashPoint.partWriting.reach()
        try await folder.write(bytes, at: place.offset, of: standing.upload)
        CrashPoint.partWritten.reach()
        let after = try await store.partArrived(number, of: key, from: holder)
        CrashPoint.partStored.reach()
        return try await completed(after)
    }

    /// With all parts here, the content gets its name and every artifact of it is whole.
    private func completed(
        _ standing: ArtifactStore.Standing
    ) async throws -> ArtifactStore.Standing {
        guard !standing.isStored, standing.missing.isEmpty else { return standing }
        let artifact = standing.artifact
        try await keep(standing)
        try await store.completed(artifact.key, sizeBytes: artifact.sizeBytes) {
            folder.has(artifact.key, sizeBytes: artifact.sizeBytes)
        }
        CrashPoint.artifactCompleted.reach()
        return try await store.standing(of: artifact.key, attempt: artifact.attempt) ?? standing
    }

    private func keep(_ standing: ArtifactStore.Standing) async throws {
        let (key, size) = (standing.artifact.key, standing.artifact.sizeBytes)
        guard try await store.mayKeep(key) else { throw StoreFailure.contentLeaving }
        // Kept by a call before this one that was interrupted, or by another attempt's.
        guard !folder.has(key, sizeBytes: size) else {
            return try await folder.drop(standing.upload)
        }
        guard try await matches(standing) else {
            try await store.restart(key, of: standing.artifact.attempt)
            try await folder.drop(standing.upload)
            throw StoreFailure.contentDiffers(key)
        }
        CrashPoint.artifactChecked.reach()
        do throws(ContentFailure) {
            try await folder.keep(standing.upload, as: key)
        } catch {
            // The same part, sent twice at once: the other call was quicker.
            guard case .absent = error, folder.has(key, sizeBytes: size) else { throw error }
        }
        CrashPoint.artifactPlaced.reach()
    }

    /// An upload whose file is gone has not come.
    private func matches(_ standing: ArtifactStore.Standing) async throws -> Bool {
        do throws(ContentFailure) {
            return try await folder.matches(
                standing.upload, standing.artifact.key, sizeBytes: standing.artifact.sizeBytes)
        } catch {
            guard case .absent = error else { throw error }
            return false
        }
    }
}
