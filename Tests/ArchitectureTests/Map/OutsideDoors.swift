/// A family of outside modules and the rooms that may import it.
struct Door {
    enum Keyholders {
        case anywhere
        case only(Set<String>)
        case notInShared
    }

    let modules: Set<String>
    let keyholders: Keyholders
    /// Rooms beyond those of the map, each with the number of its record in `docs/decisions`.
    let exceptions: [String: String]

    init(_ modules: Set<String>, _ keyholders: Keyholders, exceptions: [String: String] = [:]) {
        self.modules = modules
        self.keyholders = keyholders
        self.exceptions = exceptions
    }

    func opens(for room: Room) -> Bool {
        if exceptions[room.name] != nil { return true }
        return switch keyholders {
        case .anywhere: true
        case .only(let names): names.contains(room.name)
        case .notInShared: room.house != .shared
        }
    }
}

/// Every module that is not ours: a module without a door is forbidden.
enum OutsideDoors {
    static let all: [Door] = [
        Door(["Glibc", "Dispatch", "Synchronization"], .anywhere),
        Door(["FoundationEssentials"], .only(foundationRooms)),
        Door(["Foundation"], .only([]), exceptions: ["ProjectFile": "0011"]),
        Door(["GRDB", "GRDBSQLite"], .only(["DatabaseSQLite", "Spool"])),
        Door(
            ["Hummingbird", "HummingbirdCore", "HummingbirdHTTP2", "HTTPTypes"],
            .only(["WebSupport", "API", "PerfgateAPI", "Dashboard", "FleetmarkController"])),
        Door(["Mustache"], .only(["Dashboard"])),
        Door(
            ["AsyncHTTPClient"],
            .only(["AgentCore", "CommandLine", "Integrations", "LoadTests", "Identity"])),
        Door(
            ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOTLS", "NIOSSL", "NIOHTTPTypes"],
            .only(["LoadEngine"]),
            exceptions: [
                "WebSupport": "0011", "AgentCore": "0011", "CommandLine": "0011",
                "Identity": "0054",
            ]),
        Door(["JWTKit"], .only(["Identity"])),
        Door(
            ["Yams", "CYaml"],
            .only(["LoadPlan", "ProjectFile", "FleetmarkController", "fleetmark-agent"])),
        Door(
            ["Crypto", "X509", "SwiftASN1"], .only(["Identity", "AgentCore", "Storage"]),
            exceptions: ["CommandLine": "0011"]),
        Door(["Logging"], .notInShared),
        Door(
            ["ServiceLifecycle", "UnixSignals"],
            .only(["Pipeline", "WebSupport", "FleetmarkController", "fleetmark-controller"])),
        Door(
            ["Subprocess"], .only(["CommitGraph", "CommandLine"]),
            exceptions: ["AgentCore": "0045"]),
        Door(
            ["ArgumentParser"],
            .only(["CommandLine", "fleetmark", "fleetmark-agent", "fleetmark-controller"])),
    ]

    /// Values, numbers and rules need no Foundation; what reads files, dates or bytes may.
    private static let foundationRooms: Set<String> = [
        "AgentProtocol", "CommandLine", "ProjectFile", "ServiceSettings", "LoadPlan", "Spool",
        "AgentCore", "fleetmark-agent", "Storage", "CommitGraph", "Integrations", "LoadTests",
        "Pipeline", "Identity", "WebSupport", "API", "PerfgateAPI", "Dashboard",
        "FleetmarkController",
        "fleetmark-controller",
    ]
}
