import Database
package import FleetModel

extension SeriesStore {
    /// The hosts that have measured something of the project, in one transaction.
    package func hosts(of project: ProjectID) async throws -> Set<HostID> {
        try await database.transaction(.read) { connection in
            Set(
                try connection.query(
                    "SELECT DISTINCT host_id FROM series WHERE project_id = $1", [.id(project)]
                ).map { try $0.id("host_id") })
        }
    }
}
