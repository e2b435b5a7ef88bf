import FleetModel
import WebSupport

/// Series, their points and changes as they travel: the forms of `SeriesReplies`,
/// `ChangePointReplies` and of the headline.
extension JSONSchema {
    private static let noise = object([
        "rel": real, "sigma": real, "rho": real, "mde_rel": real, "runs": integer,
        "flags": list(words(SeriesFlag.self)),
    ]).named("Noise")

    private static let trend = object([
        "runs": integer, "slope": real, "theil_sen": real, "p": real, "drift": text,
        "month_rel": real, "runs_to_breach": integer.orNull,
    ]).named("Trend")

    static let series = object([
        "id": identifier, "project_id": identifier, "benchmark": text, "params": map(text),
        "metric": text, "unit": text, "better": words(Better.self),
        "provider": words(Provider.self), "pmu?": text, "arch": text, "host_class": text,
        "host_id": identifier, "config": text, "points": integer, "last_us": time.orNull,
        "analysed_points": integer, "level": real, "noise": noise.orNull,
        "trend": trend.orNull, "suspect": text.orNull, "engine_version": text.orNull,
    ]).named("Series")

    private static let finding: [String: JSONSchema] = [
        "kind": text, "run_id": identifier, "last_good": commit, "first_bad": commit,
        "commit_time_us": time, "epoch": text, "level_before": real, "level_after": real,
        "direction": words(Direction.self), "algorithm": text, "algorithm_version": text,
        "engine_version": text, "range": object(["from": commit, "to": commit]),
        "position": integer.orNull, "shift_rel": real, "ci_rel": interval.orNull, "p": real,
    ]

    static let changePoint = object(
        finding.merging([
            "id": identifier, "series_id": identifier, "state": words(["active", "withdrawn"]),
            "found_us": time, "withdrawn_us?": time, "benchmark": text, "params": map(text),
            "metric": text, "unit": text, "better": words(Better.self), "host_class": text,
        ]) { $1 }
    ).named("ChangePoint")

    /// What other options would find.
    static let seriesAnalysis = object([
        "change_points": list(object(finding)), "trend": trend.orNull, "noise": noise.orNull,
        "points": integer,
    ])

    private static let decided = object([
        "base_commit": commit, "direction": words(Direction.self),
        "decision": words(Decision.self), "watched": boolean, "shift_rel?": real,
        "ci_rel?": interval,
    ])

    private static let point = object([
        "series_id": identifier, "run_id": identifier, "commit": commit, "position": integer,
        "commit_time_us?": time, "subject?": text, "measured_us": time, "epoch?": text,
        "host_id": identifier, "n": integer, "validity": words(Validity.self),
        "counted": boolean, "decided?": decided, "median": real, "low": real, "high": real,
        "min": real, "max": real,
    ]).named("Point")

    private static let excluded = object([
        "run_id": identifier, "commit": commit, "median": real, "measured_us": time,
        "reason": text, "by": text, "at_us": time,
    ])

    private static let points: [String: JSONSchema] = [
        "points": either([list(point), map(list(anything))]),
        "epochs": list(
            object(["epoch": text, "from_position": integer, "changed": list(text)])),
        "levels": list(
            object([
                "from_position": integer, "to_position": integer, "level": real, "n": integer,
                "epoch": text,
            ])), "has_older": boolean, "downsampled": boolean, "of": integer,
        "change_points": list(changePoint), "noise": noise.orNull, "trend": trend.orNull,
        "method?": text, "excluded": list(excluded),
    ]

    private static let mark = object([
        "kind": words(["release", "dependency"]), "position": integer, "text": text, "id": text,
    ])

    static let seriesPoints = object(points.merging(["marks": list(mark)]) { $1 })
        .named("SeriesPoints")

    static let severalPoints = object([
        "series": list(object(points.merging(["id": identifier]) { $1 })), "missing": list(text),
    ])

    private static let place = object(["position": integer.orNull, "time_us": time])
    private static let index = object([
        "ratio": real, "low": real, "high": real, "series": integer,
    ])

    /// Without what has not been measured yet.
    static let overview = object([
        "index": list(
            object([
                "host_class": text, "better": words(Better.self), "ratio": real, "since": time,
                "series": integer, "ci?": interval,
            ])),
        "freshness": object(["last_commit": commit, "last_us": time, "gap": integer.orNull]).orNull,
        "coverage": object(["measured": integer, "expected": integer]).orNull,
        "movers": list(mover),
    ]).named("Overview")

    private static let cell = object([
        "series_id": identifier, "shift_rel": real, "direction?": words(Direction.self),
        "age_us": integer.orNull, "noise_rel": real, "failed": boolean,
    ])

    static let matrix = object([
        "metric": text, "host_classes": list(text),
        "rows": list(
            object(["benchmark": text, "params": map(text), "cells": list(cell.orNull)])),
    ]).named("Matrix")

    static let headline = object([
        "metric": text, "from": place, "to": place,
        "host_classes": list(
            object([
                "host_class": text, "better": words(Better.self), "index": index.orNull,
                "missing": integer,
                "course": list(
                    object(["position": integer.orNull, "time_us": time, "index": index])),
                "movers": list(
                    object([
                        "series_id": identifier, "benchmark": text, "params": map(text),
                        "ratio": real,
                    ])),
            ])),
    ]).named("Headline")
}
