/// The targets and their arrows: what is not listed is forbidden.
///
/// Also rooms that nobody has entered yet, so that each has its walls before its first line.
struct CodeMap {
    let rooms: [Room]
    let exceptions: [MapException]

    func room(_ name: String) -> Room? { rooms.first { $0.name == name } }

    /// Everything first-party that the room may import, exceptions included.
    func arrows(of room: Room) -> Set<String> {
        room.mayImport.union(exceptions.filter { $0.room == room.name }.map(\.mayImport))
    }

    static let fleetmark = CodeMap(
        rooms: sharedRooms + agentRooms + controllerRooms,
        exceptions: [
            MapException("Pipeline", "AgentProtocol", record: "0007"),
            MapException("Pipeline", "Database", record: "0007"),
            MapException("Pipeline", "BenchmarkFormats", record: "0071"),
            MapException("API", "Database", record: "0011"),
            MapException("API", "CommitGraph", record: "0011"),
        ])

    private static let sharedRooms = [
        Room("FleetModel", .shared),
        Room("Statistics", .shared),
        Room("Histograms", .shared),
        Room("CRE2", .shared),
        Room("Patterns", .shared, ["CRE2"]),
        Room("Markup", .shared),
        Room("BenchmarkFormats", .shared, ["FleetModel", "Markup", "Patterns"]),
        Room("ProjectFile", .shared, ["FleetModel", "Markup", "Patterns"]),
        Room("LoadPlan", .shared, ["FleetModel", "Patterns"]),
        Room("AddressGuard", .shared),
        Room("ServiceSettings", .shared, ["ProjectFile"]),
        Room("GitRemote", .shared),
        Room("CrashPoints", .shared),
        Room("AgentProtocol", .shared, ["FleetModel"]),
        Room("Analysis", .shared, ["Statistics", "FleetModel"]),
        Room(
            "JobPlanning", .shared, ["AgentProtocol", "Analysis", "ProjectFile", "FleetModel"]),
        Room(
            "CommandLine", .shared,
            ["FleetModel", "Statistics", "BenchmarkFormats", "LoadPlan", "ProjectFile"]),
        Room("fleetmark", .shared, ["CommandLine"]),
    ]

    private static let agentRooms = [
        Room("CPerfEvent", .agent),
        Room("fleetmark-launch", .agent),
        Room("LinuxSystem", .agent),
        Room("Counters", .agent, ["CPerfEvent", "CPinning", "LinuxSystem", "FleetModel"]),
        Room("CPinning", .agent),
        Room("Isolation", .agent, ["CPinning", "LinuxSystem", "CrashPoints", "FleetModel"]),
        Room("CKernelClock", .agent),
        Room("fleetmark-canary", .agent),
        Room("HostFacts", .agent, ["CKernelClock", "LinuxSystem", "FleetModel"]),
        Room("HostDoctor", .agent, ["Counters", "Isolation", "LinuxSystem"]),
        Room(
            "Workspaces", .agent,
            ["Isolation", "ProjectFile", "GitRemote", "LinuxSystem", "FleetModel"]),
        Room(
            "BenchmarkRunner", .agent,
            [
                "Counters", "Isolation", "HostFacts", "Workspaces", "BenchmarkFormats",
                "Statistics", "GitRemote", "CrashPoints", "FleetModel",
            ]),
        Room(
            "LoadEngine", .agent,
            ["LoadPlan", "Histograms", "AddressGuard", "LinuxSystem", "FleetModel"]),
        Room("Spool", .agent, ["AgentProtocol", "CrashPoints", "FleetModel"]),
        Room(
            "AgentCore", .agent,
            [
                "BenchmarkRunner", "LoadEngine", "HostFacts", "Spool", "AgentProtocol",
                "JobPlanning", "Analysis", "ProjectFile", "CrashPoints", "FleetModel",
            ]),
        Room(
            "fleetmark-agent", .agent,
            [
                "AgentCore", "BenchmarkRunner", "Counters", "HostDoctor", "HostFacts", "Isolation",
                "LinuxSystem",
                "JobPlanning", "LoadEngine", "Spool", "Workspaces", "AgentProtocol", "GitRemote",
                "FleetModel",
            ]),
    ]

    private static let controllerRooms = [
        Room("Database", .controller),
        Room("DatabaseSQLite", .controller, ["Database"]),
        Room("CLibPQ", .controller),
        Room("DatabasePostgres", .controller, ["Database", "CLibPQ"]),
        Room("Storage", .controller, ["Database", "FleetModel"]),
        Room("CommitGraph", .controller, ["GitRemote", "FleetModel"]),
        Room("Scheduling", .controller, ["FleetModel"]),
        Room("Alerting", .controller, ["FleetModel"]),
        Room(
            "Integrations", .controller, ["Alerting", "Storage", "AddressGuard", "FleetModel"]),
        Room(
            "LoadTests", .controller,
            ["Storage", "LoadPlan", "Histograms", "AddressGuard", "Analysis", "FleetModel"]),
        Room(
            "Pipeline", .controller,
            [
                "Storage", "CommitGraph", "Scheduling", "Analysis", "Alerting", "JobPlanning",
                "ProjectFile", "GitRemote", "CrashPoints", "FleetModel",
            ]),
        Room("Identity", .controller, ["Storage", "Patterns", "FleetModel"]),
        Room("WebSupport", .controller, ["Identity", "FleetModel"]),
        Room(
            "API", .controller,
            [
                "WebSupport", "Pipeline", "JobPlanning", "Analysis", "LoadTests", "Integrations",
                "Storage", "Identity", "AgentProtocol", "BenchmarkFormats", "LoadPlan",
                "CrashPoints", "FleetModel",
            ]),
        Room(
            "PerfgateAPI", .controller,
            [
                "WebSupport", "Pipeline", "Analysis", "Storage", "Identity", "Patterns",
                "FleetModel",
            ]),
        Room("CWebAssets", .controller),
        Room(
            "Dashboard", .controller,
            [
                "CWebAssets", "WebSupport", "Analysis", "LoadTests", "Storage", "Identity",
                "FleetModel",
            ]),
        Room(
            "FleetmarkController", .controller,
            [
                "Database", "DatabaseSQLite", "DatabasePostgres", "Storage", "CommitGraph",
                "Scheduling", "Analysis", "Alerting", "Integrations", "LoadTests", "Pipeline",
                "Identity", "WebSupport", "API", "PerfgateAPI", "Dashboard", "GitRemote",
                "FleetModel",
            ]),
        Room("fleetmark-controller", .controller, ["FleetmarkController", "ServiceSettings"]),
    ]
}
