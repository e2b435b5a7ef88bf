import FleetModel
import Hummingbird
import Identity
import Logging
package import Storage
package import WebSupport

/// Files that runs left (API contract, §3.3).
///
/// They are for members, also those of public projects, as logs are (§2, `public_logs`).
package struct ArtifactRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let runs: RunStore
    let artifacts: ArtifactStore
    let folder: ContentFolder

    package init(
        projects: ProjectStore, runs: RunStore, artifacts: ArtifactStore, folder: ContentFolder
    ) {
        self.projects = projects
        self.runs = runs
        self.artifacts = artifacts
        self.folder = folder
    }

    package var subject: String { "Artifacts" }

    package var routes: [Route<Context>] {
        Route.get("runs/:run/artifacts", "Files that a run left, by name", by: .visible, use: list)
            .gives(.page(.artifact)).refuses(.credentialsMissing)
        Route.get("artifacts/:artifact", "A file's record", by: .visible, use: read)
            .gives(.artifact).refuses(.credentialsMissing, .benchmarkRestricted)
        Route.get("artifacts/:artifact/content", "A file", by: .visible, use: content)
            .heeds("Range", "One range of bytes.")
            .heeds("If-Range", "The `ETag` of which the range is wanted.")
            .heeds("If-None-Match", "The `ETag` that the caller has.")
            .gives(as: ["*/*": .text]).refuses(.credentialsMissing)
            .gives(.partialContent, as: ["*/*": .text])
            .gives(nothing: .notModified)
            .gives(nothing: .rangeNotSatisfiable)
            .refuses(
                .credentialsMissing, .scopeMissing, .benchmarkRestricted, .deletedByRetention)
    }

    private var access: ProjectAccess { ProjectAccess(projects: projects) }
    private static var unknown: APIError { ProjectAccess.unknownObject }

    /// 200: by name.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        guard let run = try await runs.run(try context.pathIdentifier("run")) else {
            throw Self.unknown
        }
        try await requireMember(of: run.project, context)
        let found = try context.reached(try await artifacts.artifacts(of: run.id)) {
            $0.benchmark
        }
        return .object([
            "items": .array(found.map { JSONValue($0, keep: artifacts.limits.keep) }),
            "next_cursor": .null,
        ])
    }

    /// 200; 404.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> JSONValue {
        let artifact = try await visible(context)
        return JSONValue(artifact, keep: artifacts.limits.keep)
    }

    /// 200 bytes, 206 the part that `Range` names, 304; 410 `deleted_by_retention`, 416.
    @Sendable private func content(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let artifact = try await visible(context)
        guard artifact.deletedAt == nil else {
            throw APIError(
                .deletedByRetention, "\(artifact.name) is older than artifacts are kept.")
        }
        let tag = EntityTag.digest(sha256: artifact.key.hex)
        guard !request.alreadyHas(tag) else {
            return Response(status: .notModified, headers: [.eTag: tag.text])
        }
        guard folder.has(artifact.key, sizeBytes: artifact.sizeBytes) else {
            context.logger.error("the content of artifact \(artifact.id) is not in the folder")
            throw APIError(.internalFault, "The file is missing from the controller's disk.")
        }
        var headers = Self.headers(of: artifact, tag)
        let range = ByteRange.of(request, tag: tag, sizeBytes: artifact.sizeBytes)
        guard case .bytes(let bytes)? = range else {
            headers[.contentRange] = "bytes */\(artifact.sizeBytes)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        if let bytes {
            headers[.contentRange] =
                "bytes \(bytes.lowerBound)-\(bytes.upperBound)/\(artifact.sizeBytes)"
        }
        return Response(
            status: bytes == nil ? .ok : .partialContent, headers: headers,
            body: try await body(artifact, bytes, context))
    }

    private func body(
        _ artifact: ArtifactRecord, _ bytes: ClosedRange<Int>?, _ context: Context
    ) async throws -> ResponseBody {
        let path = folder.place(of: artifact.key)
        guard let bytes else {
            return try await FileIO().loadFile(path: path, context: context).timed(in: context)
        }
        return try await FileIO().loadFile(path: path, range: bytes, context: context)
            .timed(in: context)
    }

    private func visible(_ context: Context) async throws -> ArtifactRecord {
        let id: ArtifactID = try context.pathIdentifier("artifact")
        guard let artifact = try await artifacts.artifact(id) else { throw Self.unknown }
        try await requireMember(of: artifact.project, context)
        if let benchmark = artifact.benchmark { try context.require(benchmark: benchmark) }
        return artifact
    }

    private func requireMember(of id: ProjectID, _ context: Context) async throws {
        let project = try await access.require(.read, on: id, in: context)
        try context.require(.read, onProject: project.name)
    }

    /// Foreign bytes: nothing that a browser would show or run.
    private static func headers(of artifact: ArtifactRecord, _ tag: EntityTag) -> HTTPFields {
        [
            .contentType: mediaType(artifact.mediaType), .eTag: tag.text, .acceptRanges: "bytes",
            .cacheControl: "private, max-age=31536000, immutable",
            .contentDisposition: "attachment; " + fileName(artifact.name),
            .xContentTypeOptions: "nosniff", .contentSecurityPolicy: "sandbox",
        ]
    }

    private static func mediaType(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 }
        return isPlain && text.contains("/") ? text : "application/octet-stream"
    }

    /// The last part of the name, for old and new readers (RFC 6266, RFC 8187).
    private static func fileName(_ name: String) -> String {
        let last = name.split(separator: "/").last.map(String.init) ?? "artifact"
        let plain = String(
            last.unicodeScalars.map { scalar in
                let isSafe =
                    (0x20...0x7E).contains(scalar.value) && !"\"\\%".contains(String(scalar))
                return isSafe ? Character(scalar) : "_"
            })
        return "filename=\"\(plain)\"; filename*=UTF-8''\(PercentEncoding.encoded(last))"
    }
}
