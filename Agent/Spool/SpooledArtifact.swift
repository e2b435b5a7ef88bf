package import AgentProtocol

/// A file that waits for the controller.
package struct SpooledArtifact: Sendable, Equatable {
    /// In the order of keeping, from 1.
    package let number: Int64
    package let request: ArtifactRequest

    package init(number: Int64, request: ArtifactRequest) {
        self.number = number
        self.request = request
    }
}

/// How far an artifact is.
enum ArtifactState: String {
    case kept
    /// The controller has all of it.
    case sent
    /// The controller does not want it, or its file cannot be read: the attempt ends without it.
    case leftOut = "left_out"
}

/// What the file of an attempt says of one artifact.
struct ArtifactEntry: Equatable {
    let number: Int64
    let digest: String
    let sizeBytes: Int64
    var state: ArtifactState
}
