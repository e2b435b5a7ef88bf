/// What a database role may read that serves a public site: views of public projects, in a schema
/// of their own. They have the names of the tables that they show, so that every statement of the
/// stores reads them in the tables' place.
///
/// A table that is not listed has no view, also one that a later migration adds; and a column that
/// is not listed is in none. Columns that the stores read and that nobody else shall see are there
/// with nothing in them.
package struct PublicView: Sendable {
    package let table: String
    let columns: String
    let condition: String

    /// The schema of the views.
    package static let schema = "fleetmark_public"

    package init(_ table: String, _ columns: String, where condition: String) {
        self.table = table
        self.columns = columns
        self.condition = condition
    }

    /// Makes the view, of the tables in this quoted schema.
    package func statement(from source: String) -> String {
        let condition = Self.tables.reduce(condition) {
            $0.replacing("@\($1)", with: "\(source).\($1)")
        }
        return """
            CREATE OR REPLACE VIEW \(Self.schema).\(table) WITH (security_barrier) AS
                SELECT \(columns)
                FROM \(source).\(table)
                WHERE \(condition)
            """
    }

    /// Tables that conditions name, each after an `@`.
    private static let tables = [
        "project", "repository", "request", "attempt_lockfile", "attempt", "comparison",
    ]
}

extension PublicView {
    private static let isPublic =
        "project_id IN (SELECT id FROM @project WHERE visibility = 'public')"
    private static let ofAttempt =
        "attempt_id IN (SELECT id FROM @attempt WHERE \(isPublic))"

    private static func none(_ type: String, _ columns: String...) -> String {
        columns.map { "CAST(NULL AS \(type)) AS \($0)" }.joined(separator: ", ")
    }

    private static func empty(_ columns: String...) -> String {
        columns.map { "CAST('' AS TEXT) AS \($0)" }.joined(separator: ", ")
    }

    private static func zero(_ columns: String...) -> String {
        columns.map { "CAST(0 AS BIGINT) AS \($0)" }.joined(separator: ", ")
    }

    package static let all = projects + work + hosts + results + analysis

    private static let projects = [
        PublicView("migration", "name, checksum, applied_us", where: "1 = 1"),
        PublicView(
            "project",
            "id, name, title, visibility, default_branch, created_us, updated_us, archived_us, "
                + "version, queue_limit", where: "visibility = 'public'"),
        PublicView(
            "repository",
            "id, project_id, name, url, forge, default_branch, last_fetch_us, last_error_reason, "
                + "last_error_message, created_us, version", where: isPublic),
        PublicView(
            "revision",
            "repository_id, commit_hash, parents, author, subject, author_time_us, "
                + "commit_time_us, position, on_default",
            where: "repository_id IN (SELECT id FROM @repository WHERE \(isPublic))"),
        PublicView(
            "policy", "project_id, name, active_version, revision", where: isPublic),
        PublicView(
            "policy_version",
            "project_id, name, version, digest, body, note, author, created_us", where: isPublic),
        PublicView(
            "pinned_baseline",
            "project_id, version, repository_id, commit_hash, tag, host_class, note, author, "
                + "created_us", where: isPublic),
    ]

    private static let work = [
        PublicView(
            "request",
            "id, project_id, trigger_kind, triggered_by, reason, comparisons, created_us",
            where: isPublic),
        PublicView(
            "request_run", "request_id, place, run_id, is_reused",
            where: "request_id IN (SELECT id FROM @request WHERE \(isPublic))"),
        PublicView(
            "run",
            "id, project_id, request_id, repository_id, commit_hash, base_commit, base_how, ref, "
                + "host_class, suite_name, suite_digest, config_digest, priority, state, "
                + "state_since_us, direction, decision, cases_ok, cases_failed, cases_invalid, "
                + "cases_skipped, failure_class, failure_detail, failure_message, policy, "
                + "created_us, started_us, finished_us, revision, configurations, patch, labels",
            where: isPublic),
        PublicView("run_label", "run_id, name, project_id, value", where: isPublic),
        PublicView(
            "run_exclusion",
            "run_id, number, project_id, benchmark, excluded, reason, author, created_us",
            where: isPublic),
        PublicView(
            "job",
            "id, project_id, run_id, kind, state, state_since_us, fence, priority_rank, "
                + "host_class, host_id, place, queued_us, not_before_us, cancel, "
                + "cancel_requested_us, cancel_by, lost_used, transient_used, host_used, "
                + "error_used, failure_class, failure_detail, failure_message, job_timeout_ns, "
                + "cancel_reason, needs, cell, shards", where: isPublic),
        PublicView(
            "attempt",
            "id, project_id, job_id, run_id, number, fence, host_id, agent_id, session_id, "
                + "claim_id, state, is_live, counted, phase, beat, progress, done, total, "
                + "quiet_until_us, lease_until_us, deadline_us, unreachable_since_us, acked_seq, "
                + "log_bytes, log_complete, failure_class, failure_detail, failure_message, "
                + "failure_exit_status, failure_signal, failure_log_offset, created_us, "
                + "ended_us, sealed_us, " + none("TEXT", "finish_digest"), where: isPublic),
        PublicView(
            "attempt_event", "attempt_id, number, at_us, kind, name, text", where: ofAttempt),
        // Files and logs are for members of a project, also of a public one.
        PublicView(
            "artifact",
            "id, project_id, run_id, attempt_id, name, kind, media_type, size_bytes, digest, "
                + "part_bytes, role, benchmark, facts, created_us, stored_us, deleted_us",
            where: "1 = 0"),
        PublicView("log_chunk", "attempt_id, start_offset, body", where: "1 = 0"),
    ]

    /// That there are hosts of a class is seen in the queue; which they are is not.
    private static let hosts = [
        PublicView(
            "host",
            "id, state, host_class, architecture, created_us, version, canary_state, "
                + "capabilities, " + empty("name", "os", "kernel", "cpu_model", "agent_version")
                + ", " + zero("cores", "memory_bytes") + ", "
                + none("BIGINT", "last_contact_us", "canary_checked_us", "canary_wanted_us")
                + ", " + none("DOUBLE PRECISION", "noise_floor_rel", "counter_overhead_rel")
                + ", " + none("TEXT", "health") + ", CAST('{}' AS TEXT) AS labels",
            where: "1 = 1"),
        PublicView("job_exclusion", "job_id, host_id, reason", where: "1 = 0"),
        PublicView("receipt", "attempt_id, number, kind, body", where: "1 = 0"),
        PublicView("host_session", "id, facts, is_current, host_id, created_us", where: "1 = 0"),
    ]

    private static let results = [
        PublicView(
            "measurement",
            "id, project_id, run_id, attempt_id, series_id, commit_hash, role, counted, n, "
                + "invalid_n, minimum, median, mean, p90, p99, maximum, mad, ci_low, ci_high, "
                + "ci_level, validity, stop, block, measured_us, reasons, counter_state, "
                + "running_share, in_series", where: isPublic),
        PublicView(
            "benchmark_case",
            "attempt_id, number, role, benchmark, params, state, problem_class, message, "
                + "iterations, stop, half_width_rel", where: ofAttempt),
        PublicView(
            "sample_signal",
            "attempt_id, number, role, benchmark, params, iteration, validity, reasons, signals, "
                + "CAST('[]' AS TEXT) AS others", where: ofAttempt),
        PublicView("attempt_lockfile", "attempt_id, role, path, list", where: ofAttempt),
        PublicView(
            "dependency_version", "list, ecosystem, name, version, digest, direct",
            where: "list IN (SELECT list FROM @attempt_lockfile WHERE \(ofAttempt))"),
        PublicView(
            "comparison",
            "id, project_id, run_id, base_commit, candidate_commit, base_run_id, "
                + "candidate_run_id, direction, decision, reasons, policy, engine_version, "
                + "family_method, family_level, family_size, created_us, noise_floor_rel, "
                + "design, test, level, seed, replaces, replaced_us", where: isPublic),
        PublicView(
            "decision_record",
            "comparison_id, number, benchmark, params, metric, unit, better, provider, "
                + "host_class, series_id, state, watched, base_n, base_median, base_mad, "
                + "candidate_n, candidate_median, candidate_mad, shift, shift_rel, ci_low_rel, "
                + "ci_high_rel, ci_level, test, paired, p, p_adjusted, cliffs_delta, mde_rel, "
                + "threshold_rel, direction, decision, reasons, noise_rel, noise_degrees, history, "
                + "noise_floor_rel, pinned",
            where: "comparison_id IN (SELECT id FROM @comparison WHERE \(isPublic))"),
    ]

    private static let analysis = [
        PublicView(
            "series",
            "id, project_id, key_digest, benchmark, params, metric, unit, better, provider, pmu, "
                + "architecture, host_class, host_id, configuration, created_us",
            where: isPublic),
        PublicView(
            "series_analysis",
            "project_id, series_id, wanted, done, wanted_us, analysed_us, engine_version, "
                + "points, levels, noise_deviation, noise_rel, detectable_rel, correlation, "
                + "noise_runs, flags, trend_runs, trend_slope, trend_theil_sen, trend_p, "
                + "trend_drift, trend_month_rel, trend_breach_runs, suspect", where: isPublic),
        PublicView(
            "change_point",
            "id, project_id, series_id, kind, measurement_id, run_id, last_good, first_bad, "
                + "range_from, range_to, position, committed_us, epoch, level_before, "
                + "level_after, shift_rel, ci_low_rel, ci_high_rel, ci_level, p, direction, "
                + "state, algorithm, algorithm_version, engine_version, found_us, withdrawn_us",
            where: isPublic),
    ]
}
