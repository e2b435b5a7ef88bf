import Analysis
import FleetModel
import Storage
import WebSupport

/// A project at a glance, as it travels.
enum OverviewReply {
    static func index(
        _ index: HeadlineCourse.Index, of group: HeadlineCourse.Group, since: ServerTime
    ) -> JSONValue {
        var members: [String: JSONValue?] = [
            "host_class": .string(group.hostClass), "better": .string(group.better.rawValue),
            "ratio": .real(index.ratio), "since": .integer(since.microseconds),
            "series": .integer(index.count),
        ]
        if let low = index.low, let high = index.high {
            members["ci"] = .object(["low": .real(low), "high": .real(high), "level": .real(0.95)])
        }
        return .members(members)
    }

    /// A row with the run that it is of.
    static func mover(_ change: ComparisonStore.Change) -> JSONValue {
        guard case .object(var members) = JSONValue(change.row) else { return .null }
        members["run_id"] = .string(change.run.text)
        members["commit"] = .string(change.candidate.text)
        return .object(members)
    }

    static func value(
        _ table: MatrixTable, metric: String, by value: MatrixTable.Value?
    ) -> JSONValue {
        .object([
            "metric": .string(metric),
            "host_classes": .array(table.hostClasses.map { .string($0) }),
            "rows": .array(
                table.rows(by: value).map { row in
                    .object([
                        "benchmark": .string(row.benchmark),
                        "params": .parameters(row.parameters),
                        "cells": .array(row.cells.map { $0.map(cell) ?? .null }),
                    ])
                }),
        ])
    }

    private static func cell(_ cell: MatrixTable.Cell) -> JSONValue {
        .members([
            "series_id": .string(cell.series.text),
            "shift_rel": cell.shift.map { .real($0) } ?? .null,
            "direction": cell.direction.map { .string($0.rawValue) },
            "age_us": cell.age.map { .integer($0.wholeMicroseconds) } ?? .null,
            "noise_rel": cell.noise.map { .real($0) } ?? .null,
            "failed": .bool(cell.hasFailed),
        ])
    }
}
