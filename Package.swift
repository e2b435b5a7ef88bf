// swift-tools-version:6.2
import PackageDescription

let houseSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"), .treatAllWarnings(as: .error),
]
let safe: [SwiftSetting] = [.strictMemorySafety()]
let strictC = ["all", "extra"].map { CSetting.enableWarning($0) } + [.treatAllWarnings(as: .error)]
let strictCxx: [CXXSetting] = [.unsafeFlags(["-std=c++17", "-Wall", "-Wextra", "-Werror"])]
let embeddingC = strictC + [.disableWarning("c23-extensions")]  // for #embed

/// A product of an outside package.
func product(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package)
}

/// A first-party target in its folder, with the house settings.
func room(
    _ name: String, in folder: String, _ dependencies: [Target.Dependency] = [],
    resources: [Resource] = [], exclude: [String] = [], settings: [SwiftSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "\(folder)/\(name)", exclude: exclude,
        resources: resources, swiftSettings: houseSettings + settings)
}

/// A program: only flags and wiring, its behaviour is in the rooms it names.
func program(_ name: String, in folder: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "\(folder)/\(name)",
        swiftSettings: houseSettings)
}

/// The tests of one target; `exclude` names folders of recorded files, read by path.
func tests(
    of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
    suite("\(name)Tests", [.target(name: name)] + dependencies, exclude: exclude)
}

/// Tests that are of no single target.
func suite(
    _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = [],
    exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude,
        resources: resources, swiftSettings: houseSettings)
}

let grdb = product("GRDB", "GRDB.swift")
let rawSQLite = product("GRDBSQLite", "GRDB.swift")
let crypto = product("Crypto", "swift-crypto")
let x509 = product("X509", "swift-certificates")
let asn1 = product("SwiftASN1", "swift-asn1")
let hummingbird = product("Hummingbird", "hummingbird")
let mustache = product("Mustache", "swift-mustache")
let logging = product("Logging", "swift-log")
let lifecycle = product("ServiceLifecycle", "swift-service-lifecycle")
let signals = product("UnixSignals", "swift-service-lifecycle")
let httpClient = product("AsyncHTTPClient", "async-http-client")
let testing = product("HummingbirdTesting", "hummingbird")
let jwt = product("JWTKit", "jwt-kit")
let httpTypes = product("HTTPTypes", "swift-http-types")
let nioCore = product("NIOCore", "swift-nio")
let nioPosix = product("NIOPosix", "swift-nio")
let nioHTTP1 = product("NIOHTTP1", "swift-nio")
let nioTLS = product("NIOTLS", "swift-nio")
let nioSSL = product("NIOSSL", "swift-nio-ssl")
let subprocess = product("Subprocess", "swift-subprocess")
let arguments = product("ArgumentParser", "swift-argument-parser")
let package = Package(
    name: "fleetmark",
    products: [.library(name: "FleetmarkController", targets: ["FleetmarkController"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        room("FleetModel", in: "Shared"),
        room("Statistics", in: "Shared"),
        .target(
            name: "CRE2", path: "Shared/CRE2", cxxSettings: strictCxx,
            linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("stdc++")]),
        room("Patterns", in: "Shared", ["CRE2"], settings: safe),
        room("Markup", in: "Shared"),
        room("BenchmarkFormats", in: "Shared", ["Markup", "Patterns"]),
        room(
            "ProjectFile", in: "Shared",
            ["FleetModel", "Markup", "Patterns", product("Yams", "Yams")]),
        room("ServiceSettings", in: "Shared", ["ProjectFile"]),
        room("GitRemote", in: "Shared"),
        room("CrashPoints", in: "Shared"),
        room("AgentProtocol", in: "Shared", ["FleetModel"]),
        room("Analysis", in: "Shared", ["Statistics", "FleetModel"]),
        room(
            "JobPlanning", in: "Shared",
            ["AgentProtocol", "Analysis", "ProjectFile", "FleetModel"]),
        room(
            "CommandLine", in: "Shared",
            [
                "BenchmarkFormats", "FleetModel", "ProjectFile", "Statistics", httpClient,
                arguments,
                nioCore, nioPosix, nioHTTP1, nioSSL, subprocess, crypto,
            ]),
        program("fleetmark", in: "Shared", ["CommandLine"]),
        .executableTarget(
            name: "fleetmark-launch", path: "Agent/fleetmark-launch", cSettings: strictC,
            linkerSettings: [.linkedLibrary("cap"), .unsafeFlags(["-static-executable"])]),
        .executableTarget(  // Optimised in every build: its work must be the same.
            name: "fleetmark-canary", path: "Agent/fleetmark-canary",
            cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror"])],
            linkerSettings: [.unsafeFlags(["-static-executable"])]),
        .target(name: "CPerfEvent", path: "Agent/CPerfEvent", cSettings: strictC),
        .systemLibrary(name: "CPinning", path: "Agent/CPinning"),
        room("LinuxSystem", in: "Agent", settings: safe),
        room(
            "Counters", in: "Agent", ["CPerfEvent", "CPinning", "LinuxSystem", "FleetModel"],
            settings: safe),
        room("Isolation", in: "Agent", ["CPinning", "LinuxSystem", "CrashPoints"], settings: safe),
        room(
            "Workspaces", in: "Agent",
            ["Isolation", "GitRemote", "ProjectFile", "LinuxSystem", "FleetModel"], settings: safe),
        room("Spool", in: "Agent", ["AgentProtocol", "CrashPoints", "FleetModel", grdb]),
        .target(name: "CKernelClock", path: "Agent/CKernelClock", cSettings: strictC),
        room("HostFacts", in: "Agent", ["CKernelClock", "LinuxSystem", "FleetModel"]),
        room("HostDoctor", in: "Agent", ["Counters", "Isolation", "LinuxSystem"]),
        room(
            "BenchmarkRunner", in: "Agent",
            [
                "Counters", "Isolation", "HostFacts", "Workspaces", "BenchmarkFormats",
                "Statistics", "GitRemote", "CrashPoints", "FleetModel",
            ]),
        room(
            "AgentCore", in: "Agent",
            [
                "BenchmarkRunner", "HostFacts", "Spool", "AgentProtocol", "JobPlanning",
                "Analysis", "ProjectFile", "CrashPoints", "FleetModel", subprocess, httpClient,
                nioCore, nioPosix, nioHTTP1, nioSSL, x509, asn1, crypto,
                logging,
            ]),
        program(
            "fleetmark-agent", in: "Agent",
            [
                "AgentCore", "BenchmarkRunner", "Counters", "HostDoctor", "HostFacts", "Isolation",
                "JobPlanning", "LinuxSystem", "Spool", "Workspaces", "AgentProtocol", "GitRemote",
                "FleetModel", logging, arguments,
            ]),
        room("Database", in: "Controller"),
        room("DatabaseSQLite", in: "Controller", ["Database", grdb, rawSQLite]),
        .systemLibrary(
            name: "CLibPQ", path: "Controller/CLibPQ", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"])]),
        room("DatabasePostgres", in: "Controller", ["Database", "CLibPQ"]),
        room(
            "Storage", in: "Controller", ["Database", "FleetModel", crypto],
            resources: [
                "Migrations/m0001_spine.sql", "Migrations/m0002_certificates.sql",
                "Migrations/m0003_series.sql", "Migrations/m0004_sign_in.sql",
                "Migrations/m0005_quality.sql", "Migrations/m0006_counters_reasons_secrets.sql",
                "Migrations/m0007_dependencies.sql",
                "Migrations/m0008_host_noise.sql",
                "Migrations/m0009_artifacts.sql", "Migrations/m0010_host_needs.sql",
                "Migrations/m0011_patches.sql",
                "Migrations/m0012_series_analysis.sql",
                "Migrations/m0013_policies.sql",
                "Migrations/m0014_perfgate.sql",
                "Migrations/m0015_keys_audit.sql",
                "Migrations/m0016_people.sql",
                "Migrations/m0017_matrix_cells.sql",
                "Migrations/m0018_judging.sql", "Migrations/m0019_pinned_baselines.sql",
                "Migrations/m0020_run_exclusions.sql",
                "Migrations/m0021_measured_dependencies.sql",
                "Migrations/m0022_project_limits.sql", "Migrations/m0023_submitted.sql",
                "Migrations/m0024_labels_and_sessions.sql",
            ].map { .embedInCode($0) }),
        room("CommitGraph", in: "Controller", ["GitRemote", "FleetModel", subprocess]),
        room(
            "Pipeline", in: "Controller",
            [
                "Storage", "Database", "CommitGraph", "Analysis", "BenchmarkFormats",
                "JobPlanning", "ProjectFile", "AgentProtocol", "GitRemote", "CrashPoints",
                "FleetModel", logging, lifecycle,
            ]),
        room(
            "API", in: "Controller",
            [
                "WebSupport", "Pipeline", "Analysis", "JobPlanning", "Storage", "Database",
                "CommitGraph",
                "Identity", "AgentProtocol", "CrashPoints", "FleetModel", hummingbird, logging,
            ]),
        room(
            "PerfgateAPI", in: "Controller",
            [
                "WebSupport", "Analysis", "Storage", "Identity", "FleetModel", hummingbird,
            ]),
        .target(name: "CWebAssets", path: "Controller/CWebAssets", cSettings: embeddingC),
        room(
            "Dashboard", in: "Controller",
            [
                "CWebAssets", "WebSupport", "Analysis", "Storage", "Identity", "FleetModel",
                hummingbird, httpTypes, mustache, logging,
            ],
            resources: [
                "frame.mustache", "mark.mustache", "state.mustache", "sentence.mustache",
                "runs.mustache", "projects.mustache", "project.mustache", "run.mustache",
                "request.mustache", "error.mustache", "series.mustache", "serieslist.mustache",
                "compare.mustache", "runsteps.mustache", "runcells.mustache", "runlog.mustache",
                "samples.mustache",
                "artifacts.mustache", "dotplot.mustache", "quality.mustache", "order.mustache",
                "signin.mustache", "queue.mustache", "hosts.mustache", "host.mustache",
                "hostdiff.mustache", "people.mustache", "fleetmark.css", "charts.css",
                "live.css", "compare.css", "series.js", "live.js", "renew.js", "theme.js",
            ].map { .embedInCode("Resources/\($0)") }),
        room(
            "FleetmarkController", in: "Controller",
            [
                "API", "PerfgateAPI", "Dashboard", "WebSupport", "Pipeline", "Storage",
                "CommitGraph", "Identity",
                "Database", "DatabaseSQLite", "DatabasePostgres", "GitRemote", "FleetModel",
                hummingbird, logging, lifecycle, signals,
            ]),
        program(
            "fleetmark-controller", in: "Controller",
            ["FleetmarkController", "ServiceSettings", arguments, logging]),
        room(
            "Identity", in: "Controller",
            [
                "Storage", "FleetModel", "Patterns", x509, asn1, crypto, jwt, httpClient, nioCore,
                nioHTTP1,
            ]),
        room(
            "WebSupport", in: "Controller",
            [
                "Identity", "FleetModel", hummingbird, product("HummingbirdCore", "hummingbird"),
                product("HummingbirdHTTP2", "hummingbird"), httpTypes, nioCore, nioTLS, nioHTTP1,
                nioSSL, product("NIOHTTPTypes", "swift-nio-extras"), logging, lifecycle,
            ]),
        room("APIContract", in: "Tests", ["WebSupport", hummingbird, testing, logging]),
        room(
            "TestSupport", in: "Tests",
            ["Database", "DatabaseSQLite", "DatabasePostgres", "CLibPQ", subprocess]),
        room("SampleFleets", in: "Tests", ["Analysis", "Database", "FleetModel", "Storage"]),
        suite("ArchitectureTests"),
        program(
            "Benchmarks", in: "Tests",
            [
                "BenchmarkFormats", "Analysis", "Counters", "Database", "DatabasePostgres",
                "DatabaseSQLite", "FleetModel", "Isolation", "LinuxSystem", "Pipeline",
                "Statistics", "Storage", arguments, httpClient, nioCore, nioHTTP1,
            ]),
        .executableTarget(  // Outside of the package's walls, as a program of somebody else's.
            name: "embedded-controller", dependencies: ["FleetmarkController", logging],
            path: "docs/embedding", exclude: ["README.md"], packageAccess: false,
            swiftSettings: houseSettings),
        tests(of: "FleetModel"),
        tests(of: "Patterns"),
        tests(of: "Markup"),
        tests(of: "GitRemote"),
        tests(of: "Statistics", exclude: ["Vectors"]),
        tests(of: "BenchmarkFormats", exclude: ["Golden", "Corpus"]),
        tests(of: "ProjectFile", ["FleetModel"], exclude: ["Fixtures"]),
        tests(of: "ServiceSettings", ["ProjectFile", "TestSupport"]),
        tests(of: "AgentProtocol", ["FleetModel"], exclude: ["Golden"]),
        tests(of: "Spool", ["AgentProtocol", "FleetModel", grdb]),
        tests(of: "LinuxSystem", ["TestSupport"]),
        tests(
            of: "Isolation",
            ["LinuxSystem", "CrashPoints", "TestSupport", "fleetmark-launch", subprocess],
            exclude: ["Programs"]),
        tests(
            of: "Counters",
            ["Isolation", "LinuxSystem", "FleetModel", "TestSupport", "fleetmark-launch"],
            exclude: ["Programs", "Recorded"]),
        tests(
            of: "Workspaces",
            [
                "Isolation", "LinuxSystem", "GitRemote", "FleetModel", "TestSupport",
                "fleetmark-launch", subprocess,
            ]),
        tests(of: "HostFacts", ["FleetModel", "LinuxSystem"]),
        tests(of: "HostDoctor", ["Counters", "Isolation", "LinuxSystem"]),
        tests(
            of: "BenchmarkRunner",
            [
                "BenchmarkFormats", "Counters", "HostFacts", "Isolation", "LinuxSystem",
                "Workspaces", "GitRemote", "FleetModel", "TestSupport", "fleetmark-canary",
                "fleetmark-launch", subprocess,
            ]),
        tests(
            of: "AgentCore",
            [
                "BenchmarkRunner", "HostFacts", "Spool", "AgentProtocol", "JobPlanning",
                "FleetModel", "TestSupport", logging, nioCore, nioPosix, nioHTTP1, nioSSL,
                x509, asn1, crypto,
            ]),
        suite(
            "DatabaseContractTests",
            ["Database", "DatabaseSQLite", "DatabasePostgres", "TestSupport", rawSQLite],
            resources: [.embedInCode("Migrations/m0001_example.sql")]),
        suite("StorageContractTests", ["Storage", "Database", "FleetModel", "TestSupport"]),
        tests(of: "Analysis", ["Statistics", "FleetModel"]),
        tests(of: "JobPlanning", ["AgentProtocol", "FleetModel", "ProjectFile"]),
        tests(
            of: "Pipeline",
            [
                "AgentProtocol", "Analysis", "Database", "FleetModel", "JobPlanning", "ProjectFile",
                "SampleFleets", "Storage", "TestSupport", logging,
            ]),
        tests(
            of: "Dashboard",
            [
                "API", "Analysis", "CommitGraph", "Database", "FleetModel", "Identity", "Pipeline",
                "SampleFleets", "Storage", "TestSupport", "WebSupport", hummingbird,
                testing, httpClient, httpTypes, mustache, nioCore, nioHTTP1, logging,
            ], exclude: ["Golden"]),
        tests(
            of: "CommandLine",
            [
                "BenchmarkFormats", "ProjectFile", "TestSupport", arguments, nioCore, nioPosix,
                nioHTTP1, subprocess, crypto,
            ],
            exclude: ["Golden", "Replies"]),
        tests(of: "CommitGraph", ["GitRemote", "FleetModel", "TestSupport", subprocess]),
        tests(
            of: "API",
            [
                "APIContract", "Database", "DatabasePostgres", "FleetModel", "FleetmarkController",
                "GitRemote",
                "Identity",
                "Pipeline", "Storage", "TestSupport", "WebSupport", hummingbird, testing, logging,
                x509, asn1, crypto, httpClient, lifecycle, nioCore, nioPosix, nioSSL,
            ], exclude: ["Golden"]),
        tests(
            of: "PerfgateAPI",
            [
                "API", "APIContract", "Database", "FleetModel", "FleetmarkController", "Identity",
                "SampleFleets", "Storage", "TestSupport", "WebSupport", hummingbird, testing,
                logging,
            ]),
        suite(
            "EndToEndTests",
            [
                "AgentProtocol", "CrashPoints", "FleetModel", "Spool", "TestSupport",
                "embedded-controller", "fleetmark", "fleetmark-agent", "fleetmark-canary",
                "fleetmark-controller",
                "fleetmark-launch", httpClient, nioCore, nioHTTP1, nioSSL, x509, asn1, crypto,
            ]),
        tests(
            of: "FleetmarkController",
            [
                "API", "Database", "DatabasePostgres", "FleetModel", "Identity", "TestSupport",
                "WebSupport", logging,
            ]),
        suite(
            "BrowserTests",
            [
                "AgentProtocol", "Dashboard", "Database", "DatabaseSQLite", "FleetModel",
                "FleetmarkController", "Identity", "Pipeline", "SampleFleets", "Storage",
                "TestSupport", httpClient, hummingbird, nioCore, nioHTTP1, logging,
            ]),
        tests(
            of: "Identity",
            [
                "FleetModel", x509, asn1, crypto, jwt, product("CryptoExtras", "swift-crypto"),
            ]),
        tests(
            of: "WebSupport",
            [
                "Identity", "FleetModel", "TestSupport", hummingbird, testing, httpClient,
                httpTypes,
                nioCore, nioPosix, nioHTTP1, nioTLS, nioSSL, x509, asn1, crypto, logging, lifecycle,
            ]),
    ],
    swiftLanguageModes: [.v6]
)
