/// Holds the declared dependencies against the map, the doors and the imports.
enum ManifestRules {
    /// Products whose modules bear another name, or that bring a second module.
    private static let modules: [String: Set<String>] = ["Yams": ["Yams", "CYaml"]]

    /// Programs that a target needs beside it, but does not import.
    private static let programs: Set<String> = [
        "fleetmark", "fleetmark-agent", "fleetmark-controller", "fleetmark-launch",
    ]

    static func violations(
        of manifest: Manifest, map: CodeMap, doors: [Door], imports: [String: Set<String>]
    ) -> [Violation] {
        // A program in the docs stands for one of somebody else's.
        let ours = manifest.targets.filter { !$0.isTest && !$0.path.hasPrefix("docs/") }
        return ours.flatMap { target -> [Violation] in
            guard let room = map.room(target.name), room.folder == target.path else {
                return [complaint("\(target.name) at \(target.path) is not on the map")]
            }
            let modules = target.products.flatMap { Self.modules[$0] ?? [$0] }
            let refused = (target.targets.union(modules)).subtracting(programs).compactMap {
                ImportRules.refusal(of: $0, in: room, map: map, doors: doors)
            }
            return refused.map(complaint)
                + differences(target, used: imports[target.name] ?? [], map: map)
        }
    }

    /// Each import is declared, and each declared dependency imported.
    private static func differences(
        _ target: Manifest.Target, used: Set<String>, map: CodeMap
    ) -> [Violation] {
        let declared = target.targets.subtracting(programs)
        let first = used.filter { map.room($0) != nil }
        var found: [Violation] = []
        for name in first.subtracting(declared) {
            found.append(complaint("\(target.name) imports \(name) without declaring it"))
        }
        for name in declared.subtracting(first) {
            found.append(complaint("\(target.name) declares \(name) and never imports it"))
        }
        for product in target.products
        where used.isDisjoint(with: Self.modules[product] ?? [product]) {
            found.append(complaint("\(target.name) declares \(product) and never imports it"))
        }
        return found
    }

    private static func complaint(_ reason: String) -> Violation {
        Violation("Package.swift", reason)
    }
}
