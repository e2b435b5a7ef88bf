package import Database

/// The schema's history, oldest first; append-only, never edited once released.
package enum StorageMigrations {
    package static let all = [
        Migration(name: "m0001_spine", sql: PackageResources.m0001_spine_sql),
        Migration(name: "m0002_certificates", sql: PackageResources.m0002_certificates_sql),
        Migration(name: "m0003_series", sql: PackageResources.m0003_series_sql),
        Migration(name: "m0004_sign_in", sql: PackageResources.m0004_sign_in_sql),
        Migration(name: "m0005_quality", sql: PackageResources.m0005_quality_sql),
        Migration(
            name: "m0006_counters_reasons_secrets",
            sql: PackageResources.m0006_counters_reasons_secrets_sql),
        Migration(name: "m0007_dependencies", sql: PackageResources.m0007_dependencies_sql),
        Migration(name: "m0008_host_noise", sql: PackageResources.m0008_host_noise_sql),
        Migration(name: "m0009_artifacts", sql: PackageResources.m0009_artifacts_sql),
        Migration(name: "m0010_host_needs", sql: PackageResources.m0010_host_needs_sql),
        Migration(name: "m0011_patches", sql: PackageResources.m0011_patches_sql),
        Migration(
            name: "m0012_series_analysis", sql: PackageResources.m0012_series_analysis_sql),
        Migration(name: "m0013_policies", sql: PackageResources.m0013_policies_sql),
        Migration(name: "m0014_perfgate", sql: PackageResources.m0014_perfgate_sql),
        Migration(name: "m0015_keys_audit", sql: PackageResources.m0015_keys_audit_sql),
        Migration(name: "m0016_people", sql: PackageResources.m0016_people_sql),
        Migration(name: "m0017_matrix_cells", sql: PackageResources.m0017_matrix_cells_sql),
        Migration(name: "m0018_judging", sql: PackageResources.m0018_judging_sql),
        Migration(
            name: "m0019_pinned_baselines", sql: PackageResources.m0019_pinned_baselines_sql),
        Migration(
            name: "m0020_run_exclusions", sql: PackageResources.m0020_run_exclusions_sql),
        Migration(
            name: "m0021_measured_dependencies",
            sql: PackageResources.m0021_measured_dependencies_sql),
        Migration(
            name: "m0022_project_limits", sql: PackageResources.m0022_project_limits_sql),
        Migration(name: "m0023_submitted", sql: PackageResources.m0023_submitted_sql),
        Migration(
            name: "m0024_labels_and_sessions",
            sql: PackageResources.m0024_labels_and_sessions_sql),
    ]
}
