package import Isolation

/// The folders of a workspace by the paths that a program sees.
package struct WorkspaceView: Sendable, Equatable {
    private let host: String
    private let seen: String
    private let hasRoom: Bool
    private let workspace: Workspace

    /// Of the host, where the folder that holds checkout, home and results is.
    package init(_ workspace: Workspace, _ view: LaunchView) {
        host = workspace.folder
        seen = view == .room ? LaunchRoom.workspace : workspace.folder
        hasRoom = view == .room
        self.workspace = workspace
    }

    package var checkout: String { path(workspace.checkout) }
    package var home: String { path(workspace.home) }
    package var temporary: String { hasRoom ? "/tmp" : workspace.temporary }

    /// `path`: of the host, at or below the workspace's folder.
    package func path(_ path: String) -> String {
        path == host || path.hasPrefix(host + "/") ? seen + path.dropFirst(host.count) : path
    }

    /// What its programs see besides the host's: their own folder, and a `/tmp`. `nil` where they
    /// see the host.
    ///
    /// `temporary`: `nil` is the workspace's own folder on disk.
    package func room(
        _ settings: RoomSettings, temporaryBytes: Int64? = nil, hasNetwork: Bool,
        mayCount: Bool = false
    ) -> LaunchRoom? {
        guard hasRoom else { return nil }
        let own = LaunchRoom.Share(host, at: seen, isWritable: true)
        return LaunchRoom(
            shares: settings.shares + [own],
            temporary: temporaryBytes.map { .memory(bytes: $0) } ?? .folder(workspace.temporary),
            hasNetwork: hasNetwork, mayCount: mayCount)
    }
}
