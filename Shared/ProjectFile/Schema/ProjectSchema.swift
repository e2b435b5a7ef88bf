/// The table of project-file.md section 2: every key of a project file.
enum ProjectSchema {
    static let file = SettingSchema(
        [
            SettingKey(
                "version", .integer(0...Int.max), isRequired: true, help: "schema of this file"),
            SettingKey("project", .name, help: "must equal the project it is run for"),
            SettingKey(
                "benchmarks", benchmarks, isRequired: true, help: "what is measured, 1 to 500"),
            SettingKey("fetch", .section(fetch), help: "how the commit is fetched"),
            SettingKey(
                "environment", .section(environment), help: "variables and tools for all steps"),
            SettingKey("matrix", .section(matrix), help: "variants of the build"),
            SettingKey("build", .section(build), help: "how the repository is built"),
            SettingKey("measure", .section(measure), help: "how everything is measured"),
            SettingKey("requires", requires, help: "what a host must have"),
            SettingKey("policy", .section(policy), help: "what counts as worse"),
            SettingKey("interleave", .section(interleave), help: "measuring base and candidate"),
            SettingKey(
                "dependencies", .section(dependencies), help: "lockfiles that are recorded"),
            SettingKey("artifacts", .list(.section(artifact), .init()), help: "files to keep"),
            SettingKey("triggers", .section(triggers), help: "when runs start by themselves"),
        ], allowsExtras: true)

    static let benchmarks = SettingType.either([
        .map(.init(count: 500), .section(SettingSchema(entryKeys(isNamed: false)))),
        .list(
            .section(SettingSchema(entryKeys(isNamed: true))),
            .init(count: 1...500, isOrdered: false)),
    ])
}

extension ProjectSchema {
    static let fetch = SettingSchema([
        SettingKey(
            "submodules", .word(["none", "top", "recursive"]),
            help: "default: recursive if .gitmodules exists"),
        SettingKey(
            "lfs", .either([.boolean, .globs]), .boolean(false),
            help: "Git LFS, all or by globs; refused so far"),
        SettingKey(
            "depth", .words(["full"], or: .integer(1...1_000_000)), .integer(1),
            help: "history visible to the build"),
    ])

    static let environment = SettingSchema([
        SettingKey("set", .variables, help: "variables for build and benchmarks"),
        SettingKey("path", .list(.path, .init()), help: "workspace folders put before PATH"),
        SettingKey(
            "tools", .map(.init(count: 64), .text), help: "toolchains that the host must have"),
    ])

    private static let cell = SettingType.map(.init(count: 64), .scalar)

    static let matrix = SettingSchema([
        SettingKey(
            "axes", .map(.init(count: 8), .list(.scalar, .init(count: 1...64))),
            help: "axis → values; at most 256 cells"),
        SettingKey(
            "include", .list(cell, .init(count: 0...256)), help: "cells to extend or to add"),
        SettingKey("exclude", .list(cell, .init(count: 0...256)), help: "cells to leave out"),
    ])

    static let cache = SettingSchema([
        SettingKey("key", .globs, help: "content that decides; default: all tracked files"),
        SettingKey("paths", .set(.homePath), help: "kept besides the outputs, up to 20 GiB"),
    ])

    static let build = SettingSchema([
        SettingKey("commands", .commands, help: "in order; the first failure ends the attempt"),
        SettingKey("directory", .path, .text("."), help: "inside the workspace"),
        SettingKey("prefetch", .commands, help: "runs first, with network"),
        SettingKey(
            "network", .word(["off", "on"]), .text("off"), help: "network for the commands"),
        SettingKey(
            "secrets", .names, help: "project secrets for prefetch and commands; refused so far"),
        SettingKey(
            "cache", .words(["off"], or: .section(cache)), help: "when a build is used again"),
        SettingKey("outputs", .globs, help: "what benchmarks may use; default: everything"),
        SettingKey("timeout", .duration, .minutes(30), help: "the whole build"),
        SettingKey("silence", .duration, .minutes(10), help: "time without output"),
        SettingKey("memory", .size, help: "limit of the build; default: the host's"),
        SettingKey("cpus", .integer(1...4_096), help: "limit of the build; default: the host's"),
    ])
}
