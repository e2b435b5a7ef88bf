/// JMH, by Maven or Gradle.
enum JavaTools {
    static func maven(_ view: RepositoryView) -> ToolFinding? {
        guard let path = view.files({ $0 == "pom.xml" }, withAny: ["jmh-core"]).first else {
            return nil
        }
        let folder = RepositoryView.folder(path)
        var finding = ToolFinding("jmh-maven", "\(path) names jmh-core")
        finding.prefetch = ["mvn -q -B dependency:go-offline"]
        finding.build = ["mvn -q -B -o package -DskipTests"]
        let jar = (folder == "." ? "" : folder + "/") + "target/benchmarks.jar"
        finding.entries = [entry(jar)]
        finding.notes = ["If the shaded JAR is not called benchmarks.jar, name that one."]
        return finding
    }

    static func gradle(_ view: RepositoryView) -> ToolFinding? {
        let scripts: (Substring) -> Bool = { $0 == "build.gradle" || $0 == "build.gradle.kts" }
        guard let path = view.files(scripts, withAny: ["me.champeau.jmh"]).first else { return nil }
        let folder = RepositoryView.folder(path)
        let gradle = view.contains("gradlew") ? "./gradlew" : "gradle"
        var finding = ToolFinding("jmh-gradle", "\(path) names me.champeau.jmh")
        finding.prefetch = ["\(gradle) --no-daemon jmhJar"]
        finding.build = ["\(gradle) --no-daemon --offline jmhJar"]
        let place = (folder == "." ? "" : folder + "/") + "build/libs"
        finding.entries = [entry("\(place)/*-jmh.jar")]
        return finding
    }

    private static func entry(_ jar: String) -> ToolFinding.Entry {
        ToolFinding.Entry(
            "jmh", ["java", "-jar", jar, "-rf", "json", "-rff", "{{results}}/r.json"],
            format: "jmh-json", results: "{{results}}/r.json", repeatsItself: true)
    }
}
