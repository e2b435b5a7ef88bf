/// What keeps one launch from its host, as the launcher is told.
struct LaunchWalls: Sendable, Equatable {
    static let none = LaunchWalls()
    static let hostName = "bench"

    var namespaces: Set<LaunchNamespace> = []
    var mounts: [LaunchMount] = []
    var filtersCalls = false
    var mayCount = false
    /// Whether a control group's folder is handed over, for the program to be born in.
    var hasGroup = false
    /// How many control groups the program's process enters by itself.
    var attachCount = 0
}
