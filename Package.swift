// swift-tools-version:6.2
import PackageDescription

let houseSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"), .treatAllWarnings(as: .error),
]

/// A product of an outside package.
func product(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package)
}

/// A first-party target in its folder, with the house settings.
func room(_ name: String, in folder: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "\(folder)/\(name)",
        swiftSettings: houseSettings)
}

/// The tests of one target.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies,
        path: "Tests/\(name)Tests", swiftSettings: houseSettings)
}

let package = Package(
    name: "fleetmark",
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
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Shared
        room("FleetModel", in: "Shared"),

        // Controller
        room(
            "Identity", in: "Controller",
            [
                "FleetModel", product("X509", "swift-certificates"),
                product("SwiftASN1", "swift-asn1"), product("Crypto", "swift-crypto"),
            ]),
        room(
            "WebSupport", in: "Controller",
            [
                "Identity", "FleetModel", product("Hummingbird", "hummingbird"),
                product("HummingbirdCore", "hummingbird"),
                product("HummingbirdHTTP2", "hummingbird"),
                product("HTTPTypes", "swift-http-types"), product("NIOCore", "swift-nio"),
                product("NIOTLS", "swift-nio"), product("NIOHTTP1", "swift-nio"),
                product("NIOSSL", "swift-nio-ssl"),
                product("NIOHTTPTypes", "swift-nio-extras"),
                product("Logging", "swift-log"),
                product("ServiceLifecycle", "swift-service-lifecycle"),
            ]),

        // Tests
        tests(
            of: "Identity",
            [
                "FleetModel", product("X509", "swift-certificates"),
                product("SwiftASN1", "swift-asn1"), product("Crypto", "swift-crypto"),
            ]),
        tests(
            of: "WebSupport",
            [
                "Identity", "FleetModel", product("Hummingbird", "hummingbird"),
                product("HummingbirdTesting", "hummingbird"),
                product("AsyncHTTPClient", "async-http-client"),
                product("HTTPTypes", "swift-http-types"), product("NIOCore", "swift-nio"),
                product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"),
                product("NIOTLS", "swift-nio"),
                product("NIOSSL", "swift-nio-ssl"), product("Logging", "swift-log"),
                product("ServiceLifecycle", "swift-service-lifecycle"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
