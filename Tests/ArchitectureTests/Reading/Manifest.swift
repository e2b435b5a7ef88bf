/// The targets that `Package.swift` declares.
struct Manifest {
    struct Target: Hashable {
        let name: String
        let path: String
        /// First-party targets.
        let targets: Set<String>
        /// Products of outside packages.
        let products: Set<String>
        let isTest: Bool
        /// Files that are embedded, relative to `path`.
        let embedded: Set<String>
    }

    let targets: [Target]

    /// - Throws: `ManifestProblem` for a declaration in a form that is not known here.
    init(parsing text: String) throws {
        var parser = ManifestParser(text)
        let bindings = try parser.bindings()
        guard let list = bindings["package"]?.argument("targets")?.listValue else {
            throw ManifestProblem(description: "no `let package = Package(… targets: […])`")
        }
        targets = try list.map { try Self.target($0, bindings: bindings) }
    }

    private static func target(
        _ declaration: ManifestValue, bindings: [String: ManifestValue]
    ) throws -> Target {
        guard case .call(let kind, _) = declaration else {
            throw ManifestProblem(description: "not a target: \(declaration)")
        }
        let plain = declaration.unlabelled
        switch kind {
        case "suite": return try suite(declaration, plain, bindings)
        case "room", "program":
            guard let name = plain.first?.textValue,
                let folder = declaration.argument("in")?.textValue
            else { throw ManifestProblem(description: "\(kind) without name or folder") }
            return try make(
                declaration, name: name, path: "\(folder)/\(name)",
                dependencies: plain.dropFirst().first, isTest: folder == "Tests",
                bindings: bindings)
        case "tests":
            guard let name = declaration.argument("of")?.textValue else {
                throw ManifestProblem(description: "tests of nothing: \(declaration)")
            }
            return try make(
                declaration, name: "\(name)Tests", path: "Tests/\(name)Tests",
                dependencies: plain.first, isTest: true, bindings: bindings)
        case "target", "executableTarget", "testTarget", "systemLibrary":
            guard let name = declaration.argument("name")?.textValue,
                let path = declaration.argument("path")?.textValue
            else { throw ManifestProblem(description: "\(kind) without name or path") }
            return try make(
                declaration, name: name, path: path,
                dependencies: declaration.argument("dependencies"),
                isTest: path.hasPrefix("Tests/"), bindings: bindings)
        default:
            throw ManifestProblem(description: "unknown kind of target: \(kind)")
        }
    }

    private static func suite(
        _ declaration: ManifestValue, _ plain: [ManifestValue],
        _ bindings: [String: ManifestValue]
    ) throws -> Target {
        guard let name = plain.first?.textValue else {
            throw ManifestProblem(description: "a suite without a name: \(declaration)")
        }
        return try make(
            declaration, name: name, path: "Tests/\(name)", dependencies: plain.dropFirst().first,
            isTest: true, bindings: bindings)
    }

    private static func make(
        _ declaration: ManifestValue, name: String, path: String, dependencies: ManifestValue?,
        isTest: Bool, bindings: [String: ManifestValue]
    ) throws -> Target {
        var targets: Set<String> = []
        var products: Set<String> = []
        for dependency in dependencies?.listValue ?? [] {
            switch try resolve(dependency, bindings) {
            case .target(let name): targets.insert(name)
            case .product(let name): products.insert(name)
            }
        }
        let resources = declaration.argument("resources")?.listValue ?? []
        return Target(
            name: name, path: path, targets: targets, products: products, isTest: isTest,
            embedded: Set(
                resources.compactMap { $0.textValue ?? $0.unlabelled.first?.textValue }))
    }

    private enum Dependency {
        case target(String)
        case product(String)
    }

    private static func resolve(
        _ dependency: ManifestValue, _ bindings: [String: ManifestValue]
    ) throws -> Dependency {
        switch dependency {
        case .text(let name): return .target(name)
        case .name(let name):
            if let bound = bindings[name] { return try resolve(bound, bindings) }
        case .call("product", _):
            let name = dependency.unlabelled.first ?? dependency.argument("name")
            if let name = name?.textValue { return .product(name) }
        case .call("target", _):
            if let name = dependency.argument("name")?.textValue { return .target(name) }
        default: break
        }
        throw ManifestProblem(description: "unknown dependency: \(dependency)")
    }
}
