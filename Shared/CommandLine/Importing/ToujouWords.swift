/// Names under which a Toujou configuration may say something, folded (`LooseName`), the likeliest
/// first. The exact keys are not known here, so the usual ones of such programs are all taken.
enum ToujouWords {
    static let projects = ["projects", "project", "repositories", "repos"]
    /// Sections of a configuration, which are no names of projects.
    static let sections: Set<String> = [
        "toujou", "runner", "toujourunner", "settings", "runnersettings", "configuration", "config",
        "app", "appsettings", "options", "application", "default",
    ]

    static let name = ["name", "projectname", "benchmarkname", "id", "key", "title", "displayname"]
    static let repository = [
        "repository", "repo", "repositoryurl", "repourl", "url", "remote", "remoteurl", "cloneurl",
        "giturl", "git", "gitrepository", "uri", "source",
    ]
    static let address = [
        "url", "uri", "address", "remote", "remoteurl", "cloneurl", "repositoryurl", "repourl",
        "giturl", "href",
    ]
    static let branch = [
        "branch", "defaultbranch", "mainbranch", "branchname", "gitbranch", "ref", "reference",
    ]

    static let benchmarks = [
        "benchmarks", "benchmark", "benches", "benchmarksuites", "suites", "suite",
    ]
    static let type = [
        "type", "benchmarktype", "kind", "format", "tool", "framework", "parser", "resulttype",
        "resultformat", "outputformat",
    ]
    static let command = [
        "command", "commands", "commandline", "benchmarkcommand", "runcommand", "cmd", "script",
        "scripts", "powershell", "pwsh", "run", "exec", "execute", "scriptfile", "scriptpath",
    ]
    /// Of these a list is lines of a script, and not words of a command.
    static let lines: Set<String> = ["commands", "scripts"]
    static let program = ["program", "executable", "exe", "filename", "file", "binary"]
    static let arguments = ["arguments", "args", "argumentlist", "argument", "commandarguments"]
    static let shell = ["shell", "interpreter"]
    static let dotnetProject = ["projectpath", "projectfile", "csproj", "project"]

    static let directory = [
        "workingdirectory", "workdir", "workingdir", "directory", "cwd", "folder",
    ]
    static let results = [
        "results", "result", "resultspath", "resultpath", "resultfile", "resultfiles", "output",
        "outputpath", "outputfile", "artifacts", "artifactspath", "artifactpath", "report",
        "reportpath", "reports",
    ]
    static let prefetch = [
        "prefetch", "restore", "restorecommand", "restorecommands", "install", "installcommand",
        "fetch",
    ]
    static let build = [
        "build", "buildcommand", "buildcommands", "buildscript", "prepare", "preparecommand",
        "prebuild",
    ]
    static let setup = ["setup", "setupcommand", "setupcommands", "before", "beforerun", "prerun"]
    static let cleanup = [
        "cleanup", "cleanupcommand", "cleanupcommands", "teardown", "after", "afterrun", "postrun",
    ]
    static let environment = ["environment", "env", "environmentvariables", "variables"]
    static let tags = ["tags", "labels", "categories"]
    static let repetitions = ["repetitions", "repeat", "repeats", "runs", "executions"]
    static let timeout = ["timeout", "timelimit", "maxduration"]
    static let isEnabled = ["enabled", "isenabled", "active"]
    static let isDisabled = ["disabled", "isdisabled", "skip"]

    /// Types that mean: the command itself is measured.
    static let plainCommands: Set<String> = [
        "command", "script", "powershell", "pwsh", "shell", "process", "executable", "program",
        "exe", "generic", "custom",
    ]
    static let shells: [String: String] = [
        "pwsh": "pwsh", "powershell": "pwsh", "powershellcore": "pwsh", "bash": "bash", "sh": "sh",
    ]
}
