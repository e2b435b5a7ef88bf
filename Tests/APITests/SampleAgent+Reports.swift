import FleetModel
import Hummingbird
import Storage
import Testing

@testable import WebSupport

extension SampleAgent {
    static func beat(
        _ number: Int64, phase: String = "measure", progress: Int64 = 1
    ) -> JSONValue {
        [
            "beat": .integer(number), "phase": .string(phase), "progress": .integer(progress),
            "done": 1, "total": 10, "spool": ["bytes": 0, "last_seq": 0], "log_length": 0,
        ]
    }

    func heartbeat(
        _ number: Int64, of lease: Lease, fence: Int64? = nil
    ) async throws -> Reply {
        try await call(.post, "/heartbeat", of: lease, Self.beat(number), fence: fence)
    }

    static func digest(_ text: String) -> String {
        "sha256:" + SHA256Text.of(text)
    }

    static func batch(_ sequence: Int64, _ records: [JSONValue]) -> JSONValue {
        [
            "schema": "fleetmark.batch.v1", "seq": .integer(sequence), "records": .array(records),
        ]
    }

    func send(
        _ batch: JSONValue, _ sequence: Int64, of lease: Lease, fence: Int64? = nil,
        digest: String? = nil
    ) async throws -> Reply {
        let text = batch.text
        return try await send(
            .put, lease.path + "/batches/\(sequence)", text,
            headers: [
                "Fleetmark-Fence": "\(fence ?? lease.fence)",
                "Fleetmark-Digest": digest ?? Self.digest(text),
            ])
    }

    func appendLog(
        _ text: String, at offset: Int, of lease: Lease, fence: Int64? = nil
    ) async throws -> Reply {
        try await send(
            .put, lease.path + "/log?offset=\(offset)", text,
            headers: [
                "Fleetmark-Fence": "\(fence ?? lease.fence)",
                "Content-Type": "application/octet-stream",
            ])
    }

    static func end(
        _ outcome: String = "completed", batches: Int64 = 0, log: Int = 0,
        failure: JSONValue? = nil, artifacts: [String] = []
    ) -> JSONValue {
        .members([
            "outcome": .string(outcome), "failure": failure, "last_seq": .integer(batches),
            "log_length": .integer(log), "log_complete": true,
            "artifacts": .array(artifacts.map { .string($0) }),
            "cases": ["ok": 2, "failed": 0, "invalid": 0, "skipped": 0],
            "tuning_restored": true, "cleanup_ok": true, "duration_ns": 96_000_000_000,
        ])
    }

    func finish(
        _ end: JSONValue, of lease: Lease, fence: Int64? = nil
    ) async throws -> Reply {
        try await call(.post, "/finish", of: lease, end, fence: fence)
    }

    static func measurement(
        _ benchmark: String, role: String, value: Double, visit: Int = 0,
        parameters: JSONValue = [:], unit: String = "s"
    ) -> JSONValue {
        [
            "type": "measurement", "at_ns": 1, "benchmark": .string(benchmark),
            "params": parameters, "metric": "time", "unit": .string(unit),
            "better": "lower", "provider": "tool_reported", "role": .string(role),
            "phase": "measure", "visit": .integer(visit), "iteration": .integer(visit),
            "values": [.real(value)],
        ]
    }

    /// A receipt with one setting that was refused.
    static let isolation: JSONValue = [
        "type": "isolation", "at_ns": 1, "level_asked": "partial", "level_reached": "partial",
        "cgroup": ["version": 2, "path": "/"], "cpus": [1], "siblings_idle": true,
        "namespaces": [], "uid": 64002, "capabilities": [], "seccomp": true,
        "no_new_privs": true, "network": "off", "aslr": "off", "scheduler": "other",
        "tuning": [
            [
                "knob": "governor", "original": "schedutil", "want": "performance",
                "found": "powersave", "ok": false,
            ]
        ],
        "missing": [],
    ]

    /// What the attempt ran on, with the host's own noise.
    static func environment(noiseFloor: Double) -> JSONValue {
        [
            "type": "environment", "at_ns": 1, "fingerprint": [:], "toolchain": [],
            "variables": [:], "calibration": ["noise_floor_rel": .real(noiseFloor)],
        ]
    }

    static func ending(
        _ benchmark: String, role: String, parameters: JSONValue = [:], stop: String = "fixed",
        firstVisit: Int64? = nil
    ) -> JSONValue {
        .members([
            "type": "case", "at_ns": 2, "benchmark": .string(benchmark), "params": parameters,
            "role": .string(role), "state": "ok", "iterations": 6, "stop": .string(stop),
            "first_visit": firstVisit.map { .integer($0) },
        ])
    }

    /// Why an attempt of which nothing came ended.
    static let failure: JSONValue = [
        "class": "job_error", "detail": "build_failed", "message": "exit status 2",
        "exit_status": 2,
    ]

    static let crash: JSONValue = [
        "type": "case", "at_ns": 2, "benchmark": "parse/long", "params": [:],
        "role": "candidate", "state": "failed", "class": "benchmark_crashed",
        "message": "exit status 134", "iterations": 0,
    ]

    static let log = "checkout\nbuild: \u{1B}[32mdone\u{1B}[0m\nmeasure 2 of 2 \u{2713}\n"

    /// Both benchmarks of the suite on both sides, one sample from each of ten visits; the
    /// candidate takes `factor` times as long.
    static func records(factor: Double = 1, roles: [String] = ["base", "candidate"]) -> [JSONValue]
    {
        ["parse/long", "parse/short"].flatMap { name in
            roles.flatMap { role in
                (0..<10).map { visit in
                    let spread = 1 + Double((visit * 7) % 10) * 0.0004
                    let value = 0.02 * spread * (role == "base" ? 1 : factor)
                    return measurement(name, role: role, value: value, visit: visit)
                } + [ending(name, role: role)]
            }
        }
    }
}

/// A fresh identifier.
func freshID() -> String {
    enum Anything {}
    var random = SystemRandomNumberGenerator()
    return Identifier<Anything>(at: ServerTime(microseconds: 1), using: &random).text
}
