import FleetModel
import Storage
import WebSupport

/// A run's samples as text, one row each (API contract, §3.3).
struct SampleExport {
    let format: Format
    let records: [MeasurementRecord]

    enum Format: String {
        case csv, json, ndjson

        var mediaType: String {
            switch self {
            case .csv: "text/csv; charset=utf-8"
            case .json: "application/json; charset=utf-8"
            case .ndjson: "application/x-ndjson"
            }
        }
    }

    private static let columns = [
        "run_id", "attempt_id", "commit", "role", "benchmark", "params", "metric", "unit",
        "provider", "visit", "iteration", "value", "validity", "counted",
    ]

    /// The document in pieces, one per measurement.
    var parts: [String] {
        switch format {
        case .csv:
            return [Self.columns.joined(separator: ",") + "\r\n"]
                + records.map { record in rows(record).map(Self.csv).joined() }
        case .ndjson:
            return records.map { record in
                rows(record).map { JSONValue.object($0).text + "\n" }.joined()
            }
        case .json:
            let all = records.flatMap(rows).map { JSONValue.object($0).text }
            return ["[" + all.joined(separator: ",\n") + "]\n"]
        }
    }

    private func rows(_ record: MeasurementRecord) -> [[String: JSONValue]] {
        let key = record.series.key
        let common: [String: JSONValue] = [
            "run_id": .string(record.run.text), "attempt_id": .string(record.attempt.text),
            "commit": .string(record.commit.text), "role": .string(record.role.rawValue),
            "benchmark": .string(key.benchmark), "params": .parameters(key.parameters),
            "metric": .string(key.metric.name), "unit": .string(key.metric.unit),
            "provider": .string(key.metric.provider.rawValue),
            "counted": .bool(record.isCounted),
        ]
        return (record.block?.samples ?? []).map { sample in
            common.merging([
                "visit": .integer(sample.visit), "iteration": .integer(sample.iteration),
                "value": .real(sample.value), "validity": .string(sample.validity.rawValue),
            ]) { first, _ in first }
        }
    }

    private static func csv(_ row: [String: JSONValue]) -> String {
        columns.map { column in cell(row[column] ?? .null) }.joined(separator: ",") + "\r\n"
    }

    private static func cell(_ value: JSONValue) -> String {
        guard case .string(let text) = value else {
            if case .object = value { return CSVCell.quoted(value.text) }
            return value.text
        }
        return CSVCell.text(text)
    }
}
