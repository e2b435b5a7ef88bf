import Foundation
import Glibc
import TestSupport

/// A repository whose build and benchmark can be held at named gates, and whose benchmark writes
/// each value also to a file of its own.
struct GatedRepository {
    /// What the benchmark does differently at a commit.
    enum Behaviour: String {
        case steady
        /// A tenth slower.
        case slow
        case brokenBuild
        case crash
        case hang
        case silent
        case garbage
    }

    let gates: Gates
    private(set) var repository: TestRepository
    private var count = 0

    init(in folder: String) async throws {
        gates = try Gates(folder: folder + "/gates")
        repository = try await TestRepository(at: folder + "/repository.git")
    }

    var address: String { repository.address }
    var path: String { repository.path }

    /// Adds a commit on `main` and returns its hash.
    mutating func commit(
        _ behaviour: Behaviour = .steady, suite: String = Self.suite,
        besides more: [TestRepository.File] = []
    ) async throws -> String {
        count += 1
        let files: [TestRepository.File] =
            [
                .init("fleetmark.yaml", suite), .init("build.sh", build(behaviour)),
                .init("bench.sh", bench(behaviour)), .init("work.c", Self.program),
                .init("requirements.txt", "pinned==\(count).0\n"), .init("NOTES", "\(count)"),
            ] + more
        try await repository.add([
            .init(
                mark: count, parents: count == 1 ? [] : [count - 1],
                message: "\(behaviour.rawValue) \(count)", files: files)
        ])
        guard let hash = repository.hashes[count] else { throw FleetProblem("no commit made") }
        return hash
    }

    /// Few pairs: the controller raises them to what its test needs.
    static let suite = """
        version: 1
        build: {commands: [sh build.sh]}
        benchmarks:
          - name: work
            command: sh bench.sh
            format: fleetmark-json
            prefix: ""
            warmup: 1
            timeout: 30s
        interleave: {mode: always, pairs: {min: 6, max: 6}}
        """

    /// The same with a result file, which is kept, instead of the standard output.
    static let filesSuite = suite.replacing(
        "command: sh bench.sh\n",
        with: """
            command: sh bench.sh keep
                results: "{{results}}/*.json"

            """)

    /// A program that spends its time in `leaf`, compiled where `build.sh` is told so.
    static let programSuite = """
        version: 1
        build: {commands: [sh build.sh c]}
        benchmarks:
          - {name: work, command: ./work, timeout: 30s, warmup: 0}
        interleave: {mode: always, pairs: {min: 2, max: 2}}
        """

    private static let program = """
        __attribute__((noinline)) unsigned leaf(unsigned n) {
            volatile unsigned sum = 0;
            for (unsigned i = 0; i < n; i++) sum += i;
            return sum;
        }
        int main(void) { return leaf(40000000) == 1; }

        """

    private var gate: String {
        """
        gate() {
            if [ -e '\(gates.folder)'/hold-$1 ]; then
                touch '\(gates.folder)'/at-$1
                while [ -e '\(gates.folder)'/hold-$1 ]; do sleep 0.02; done
            fi
        }

        """
    }

    private func build(_ behaviour: Behaviour) -> String {
        gate + "gate build\necho building\n"
            + "[ \"${1:-}\" != c ] || cc -O1 -fno-omit-frame-pointer -o work work.c\n"
            + (behaviour == .brokenBuild ? "echo 'no rule to make it' >&2\nexit 7\n" : "")
    }

    private func bench(_ behaviour: Behaviour) -> String {
        let end =
            switch behaviour {
            case .steady, .slow, .brokenBuild:
                """
                gate "$n"
                value=$(printf '%d.%06d' \(behaviour == .slow ? 11 : 10) "$n")
                host=$(awk '$5 == "/workspace" {print $4}' /proc/self/mountinfo)
                echo "$value $host$PWD/" >> "$side"
                echo '{"schema": "fleetmark.results.v1", "results": [{"name": "work",'
                echo '  "unit": "s", "value": '"$value"'}]}'

                """
            case .crash: "kill -SEGV $$\n"
            case .hang: "sleep 600\n"
            case .silent: ""
            case .garbage: "head -c 100000 /dev/urandom\n"
            }
        return gate + """
            side='\(gates.sideFile)'
            n=$(($(wc -l < "$side") + 1))
            if [ "${1:-}" = keep ]; then exec > "$FLEETMARK_RESULTS/work.json"; fi

            """ + end
    }
}

/// Files at which the scripts of a gated repository stop, and the values they wrote.
struct Gates: Sendable {
    let folder: String
    let sideFile: String

    /// Everybody may write: builds and benchmarks have users of their own.
    init(folder: String) throws {
        self.folder = folder
        sideFile = folder + "/side"
        let files = FileManager.default
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try files.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        guard files.createFile(atPath: sideFile, contents: Data()) else {
            throw FleetProblem("no side file")
        }
        try files.setAttributes([.posixPermissions: 0o666], ofItemAtPath: sideFile)
    }

    /// The next to come there is held.
    func hold(_ name: String) throws {
        guard FileManager.default.createFile(atPath: "\(folder)/hold-\(name)", contents: Data())
        else { throw FleetProblem("no gate \(name)") }
    }

    func release(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(folder)/hold-\(name)")
    }

    /// Waits until somebody is held there.
    func arrival(at name: String) async throws {
        try await eventually("nobody came to the gate \(name)") {
            FileManager.default.fileExists(atPath: "\(folder)/at-\(name)")
        }
    }

    /// Waits until every process that could reach the gates is gone.
    ///
    /// Its number is its own; but the kernel shows everybody what it has mounted.
    func death() async throws {
        let files = FileManager.default
        try await eventually("a program outlived its agent") {
            try files.contentsOfDirectory(atPath: "/proc").allSatisfy { name in
                guard pid_t(name) != nil,
                    let mounts = try? String(
                        contentsOfFile: "/proc/\(name)/mountinfo", encoding: .utf8)
                else { return true }
                return !mounts.contains(" \(folder) ")
            }
        }
    }

    /// All values that the benchmark gave, in order.
    var values: [Double] {
        get throws {
            try lines().map(\.value)
        }
    }

    /// The same by attempt, in the order in which the attempts measured first.
    func attempts() throws -> [(attempt: String, values: [Double])] {
        var order: [Substring] = []
        var values: [Substring: [Double]] = [:]
        let lines = try lines()
        for line in lines {
            if values[line.attempt] == nil { order.append(line.attempt) }
            values[line.attempt, default: []].append(line.value)
        }
        return order.map { (String($0), values[$0] ?? []) }
    }

    /// `VALUE FOLDER`, where the folder is `…/attempts/ATTEMPT/…` of the host, which the kernel
    /// names as the source of the room's folder.
    private func lines() throws -> [(value: Double, attempt: Substring)] {
        let text = try String(contentsOfFile: sideFile, encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let value = Double(words[0]),
                let folder = words[1].firstRange(of: "/attempts/")
            else { return nil }
            let rest = words[1][folder.upperBound...]
            return (value, rest.prefix { $0 != "/" })
        }
    }
}
