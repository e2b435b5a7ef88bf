import Database
package import FleetModel
import FoundationEssentials

/// One measurement of a series' commit, with what was decided of it.
package struct SeriesPoint: Hashable, Sendable {
    package let run: RunID
    package let commit: CommitHash
    package let measuredAt: ServerTime
    package let figures: MeasurementRecord.Figures
    /// What the commit is; nil where the repository did not say.
    package let revision: RevisionStore.Revision?
    /// Against the run's base; nil where nothing was compared.
    package let decided: Decided?
    /// The digest of the host's platform epoch; nil where the agent did not say.
    package let epoch: String?

    package struct Decided: Hashable, Sendable {
        package let base: CommitHash
        package let direction: Direction
        package let decision: Decision
        package let isWatched: Bool
        package let shift: ComparisonStore.Shift?

        package init(
            base: CommitHash, direction: Direction, decision: Decision, isWatched: Bool,
            shift: ComparisonStore.Shift?
        ) {
            self.base = base
            self.direction = direction
            self.decision = decision
            self.isWatched = isWatched
            self.shift = shift
        }
    }

    package init(
        run: RunID, commit: CommitHash, measuredAt: ServerTime,
        figures: MeasurementRecord.Figures, revision: RevisionStore.Revision?, decided: Decided?,
        epoch: String?
    ) {
        self.run = run
        self.commit = commit
        self.measuredAt = measuredAt
        self.figures = figures
        self.revision = revision
        self.decided = decided
        self.epoch = epoch
    }

    /// When it was committed; when it was measured, where that is not known.
    package var commitTime: ServerTime { revision?.commitTime ?? measuredAt }
}

extension SeriesPoint: HistoryPoint {
    var identity: String { run.text }
    var parents: [CommitHash] { revision?.parents ?? [] }
    var position: Int64? { revision?.place?.position }
}

/// The layer of a host's facts that bounds what may be compared over time: kernel, microcode,
/// firmware (control plane, §2.4).
package struct PlatformEpoch: Hashable, Sendable {
    package let digest: String
    /// By name, as text.
    package let facts: [String: String]

    package init(digest: String, facts: [String: String]) {
        self.digest = digest
        self.facts = facts
    }
}

extension PlatformEpoch {
    /// From the document that `host_session.facts` holds; nil without such a layer.
    init?(sessionFacts text: String) {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(text.utf8)),
            let layer = document.fingerprint?["platform_epoch"]
        else { return nil }
        self.init(digest: layer.digest, facts: (layer.facts ?? [:]).mapValues(\.text))
    }

    private struct Document: Decodable {
        let fingerprint: [String: Layer]?
    }

    private struct Layer: Decodable {
        let digest: String
        let facts: [String: Fact]?
    }

    private struct Fact: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self.text = text
            } else if let number = try? value.decode(Int64.self) {
                text = "\(number)"
            } else if let list = try? value.decode([String].self) {
                text = list.joined(separator: ", ")
            } else {
                text = ""
            }
        }
    }
}

extension PlatformEpoch {
    /// The names of the facts that differ, by name.
    package func factsChanged(since other: PlatformEpoch) -> [String] {
        Set(facts.keys).union(other.facts.keys).filter { facts[$0] != other.facts[$0] }.sorted()
    }
}
