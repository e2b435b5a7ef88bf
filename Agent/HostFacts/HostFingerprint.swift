import FleetModel

/// The five layers of a fingerprint; what a change of one means differs (control plane, §2.4).
package enum FingerprintLevel: String, Sendable, CaseIterable {
    case identity
    case hardwareClass = "hardware_class"
    case platformEpoch = "platform_epoch"
    case tuning
    case runState = "run_state"
}

/// One value of a fingerprint.
package enum FactValue: Sendable, Hashable {
    case text(String)
    case number(Int64)
    case list([String])

    /// The same text for the same value.
    var canonicalText: String {
        switch self {
        case .text(let text): JSONText.quoted(text)
        case .number(let number): "\(number)"
        case .list(let items): "[" + items.map(JSONText.quoted).joined(separator: ",") + "]"
        }
    }
}

/// What is known of a host, layer by layer.
package struct HostFingerprint: Sendable, Equatable {
    package struct Layer: Sendable, Equatable {
        /// Equal digests mean equal facts.
        package let digest: String
        /// By name; a fact that the host does not give is absent.
        package let facts: [String: FactValue]

        package init(digest: String, facts: [String: FactValue]) {
            self.digest = digest
            self.facts = facts
        }
    }

    package let layers: [FingerprintLevel: Layer]

    package init(layers: [FingerprintLevel: Layer]) { self.layers = layers }
}

extension HostReader {
    /// Reads every fact of the catalogue; all five levels are present, maybe without facts.
    package func fingerprint() -> HostFingerprint {
        var layers: [FingerprintLevel: HostFingerprint.Layer] = [:]
        for level in FingerprintLevel.allCases { layers[level] = layer(level) }
        return HostFingerprint(layers: layers)
    }

    /// Reads the facts of one level.
    func layer(_ level: FingerprintLevel) -> HostFingerprint.Layer {
        var found: [String: FactValue] = [:]
        for fact in HostFactCatalogue.facts where fact.level == level {
            found[fact.name] = fact.read(self)
        }
        let members = found.sorted { $0.key < $1.key }.map { name, value in
            JSONText.quoted(name) + ":" + value.canonicalText
        }
        let text = "{" + members.joined(separator: ",") + "}"
        return HostFingerprint.Layer(digest: digest(Array(text.utf8)), facts: found)
    }
}
