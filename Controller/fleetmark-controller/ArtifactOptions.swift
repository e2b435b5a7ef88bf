import ArgumentParser
import FleetmarkController

/// Where attempts' files are kept, how much of them, and how long.
struct ArtifactOptions: ParsableArguments {
    @Option(
        help: """
            Folder for profiles and other files of attempts; by default artifacts in the state \
            folder. Controllers that share a database share it.
            """)
    var artifactsDir: String?
    @Option(help: "Days for which artifacts are kept; 0 keeps them for ever.")
    var artifactsDays = 90
    @Option(help: "MiB that one artifact may have.") var artifactMib = 1024
    @Option(help: "MiB that the artifacts of one attempt may have.") var attemptArtifactsMib = 4096

    mutating func validate() throws {
        guard (0...36_500).contains(artifactsDays) else {
            throw ValidationError("--artifacts-days is 0 to 36500.")
        }
        let sizes = 1...(1 << 20)
        guard sizes.contains(artifactMib), sizes.contains(attemptArtifactsMib) else {
            throw ValidationError(
                "--artifact-mib and --attempt-artifacts-mib are 1 to 1048576.")
        }
    }

    var configured: ControllerConfiguration.Artifacts {
        var artifacts = ControllerConfiguration.Artifacts()
        artifacts.directory = artifactsDir
        artifacts.artifactBytes = Int64(artifactMib) << 20
        artifacts.attemptBytes = Int64(attemptArtifactsMib) << 20
        artifacts.keep =
            artifactsDays == 0 ? nil : .seconds(Int64(artifactsDays) * 24 * 3600)
        return artifacts
    }
}
