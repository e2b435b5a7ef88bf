import FleetModel
import Hummingbird
import Storage
import WebSupport

/// The rows of a comparison, narrowed, sorted and written as somebody asks (API contract, §3.4).
struct RowList {
    private let query: QueryParameters
    private let order: Order
    private let isDescending: Bool
    private let format: Format

    private enum Format: String, CaseIterable { case json, csv, md }

    /// `importance`: judged rows first, worse ones before better ones, then by size.
    private enum Order: String, CaseIterable {
        case importance, benchmark
        case size = "shift_rel"
        case significance = "p_adjusted"
    }

    private static let filters:
        [(name: String, value: @Sendable (ComparisonStore.RowRecord) -> String)] =
            [
                ("benchmark", { $0.benchmark }), ("metric", { $0.metric.name }),
                ("direction", { $0.direction.rawValue }), ("decision", { $0.decision.rawValue }),
                ("state", { $0.state }), ("provider", { $0.metric.provider.rawValue }),
                ("host_class", { $0.hostClass }),
            ]

    static var parameters: [QueryParameter] {
        filters.map { .any($0.name, "Rows that have one of these words.") } + [
            .any("q", "Words of the benchmark's name."),
            .one(
                "sort", .words(Order.allCases.flatMap { [$0.rawValue, "-" + $0.rawValue] }),
                "By what, with a minus from behind."),
            .one("format", .words(Format.self).usually("json"), "As what."),
        ]
    }

    init(_ query: QueryParameters) throws(APIError) {
        self.query = query
        let sort = try query.single("sort") ?? Order.importance.rawValue
        isDescending = sort.hasPrefix("-")
        guard let order = Order(rawValue: isDescending ? String(sort.dropFirst()) : sort) else {
            let words = Order.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError(.unknownSort, "Rows are sorted by \(words).")
        }
        self.order = order
        guard let format = Format(rawValue: try query.single("format") ?? "json") else {
            throw APIError(.invalidValue, "The format is json, csv or md.")
        }
        self.format = format
    }

    func response(_ rows: [ComparisonStore.RowRecord]) -> Response {
        let kept = sorted(rows.filter(admits))
        let (text, type) =
            switch format {
            case .json:
                (
                    JSONValue.object([
                        "items": .array(kept.map { JSONValue($0) }), "next_cursor": .null,
                    ]).text, "application/json; charset=utf-8"
                )
            case .csv: (Self.csv(kept), "text/csv; charset=utf-8")
            case .md: (Self.markdown(kept), "text/markdown; charset=utf-8")
            }
        return Response(
            status: .ok, headers: [.contentType: type],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private func admits(_ row: ComparisonStore.RowRecord) -> Bool {
        for (name, value) in Self.filters {
            let wanted = query.values(name)
            if !wanted.isEmpty, !wanted.contains(value(row)) { return false }
        }
        let words = query.values("q").flatMap { $0.lowercased().split(separator: " ") }
        let name = "\(row.benchmark) \(row.parameters.canonicalText)".lowercased()
        return words.allSatisfy { name.contains($0) }
    }

    private func sorted(
        _ rows: [ComparisonStore.RowRecord]
    ) -> [ComparisonStore.RowRecord] {
        func isFirst(_ first: ComparisonStore.RowRecord, _ second: ComparisonStore.RowRecord)
            -> Bool
        {
            let keys = [first, second].map(key)
            if keys[0] != keys[1] {
                return keys[0].lexicographicallyPrecedes(keys[1]) != isDescending
            }
            let names = [first, second].map { ($0.benchmark, $0.parameters.canonicalText) }
            if names[0] != names[1] {
                return order == .benchmark && isDescending
                    ? names[1] < names[0] : names[0] < names[1]
            }
            return first.metric.name < second.metric.name
        }
        return rows.sorted(by: isFirst)
    }

    private func key(_ row: ComparisonStore.RowRecord) -> [Double] {
        let size = row.shift?.relative ?? 0
        switch order {
        case .benchmark: return []
        case .size: return [size]
        case .significance: return [row.adjustedP ?? row.p ?? 2]
        case .importance:
            let places: [Direction: Double] = [
                .regressed: 0, .improved: 1, .unclear: 2, .unchanged: 3,
            ]
            return [row.isWatched ? 0 : 1, places[row.direction] ?? 4, -abs(size)]
        }
    }
}

extension RowList {
    private static let columns = [
        "benchmark", "params", "metric", "unit", "base", "candidate", "shift_rel", "ci_low_rel",
        "ci_high_rel", "test", "p", "p_adjusted", "cliffs_delta", "mde_rel", "noise_rel",
        "threshold_rel", "direction", "decision", "reasons", "state",
    ]

    private static func cells(_ row: ComparisonStore.RowRecord) -> [String] {
        func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        return [
            row.benchmark, row.parameters.canonicalText, row.metric.name, row.metric.unit,
            number(row.base?.median), number(row.candidate?.median), number(row.shift?.relative),
            number(row.shift?.low), number(row.shift?.high), row.proof.test, number(row.p),
            number(row.adjustedP), number(row.cliffsDelta), number(row.detectable),
            number(row.proof.noise), number(row.threshold), row.direction.rawValue,
            row.decision.rawValue, row.reasons.joined(separator: " "), row.state,
        ]
    }

    private static func csv(_ rows: [ComparisonStore.RowRecord]) -> String {
        let lines = [columns] + rows.map { cells($0).map(CSVCell.text) }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    private static func markdown(_ rows: [ComparisonStore.RowRecord]) -> String {
        func escaped(_ cell: String) -> String {
            cell.reduce(into: "") { text, character in
                if "\\`*_{}[]<>|#".contains(character) { text.append("\\") }
                text.append(character.isNewline ? " " : character)
            }
        }
        let lines =
            [columns, columns.map { _ in "---" }] + rows.map { cells($0).map(escaped) }
        return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }
}
