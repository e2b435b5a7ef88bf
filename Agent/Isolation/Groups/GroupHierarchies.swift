import LinuxSystem

/// Where the kernel shows its control groups, and where in them this process stands.
///
/// Sources: proc_pid_mountinfo(5), cgroups(7).
struct GroupHierarchies: Sendable, Equatable {
    /// The agent's own folder of the second version's tree.
    var unified: String?
    /// The agent's own folder of each controller of the first version.
    var legacy: [String: String] = [:]

    init() {}

    init(reading tree: KernelTree) {
        let own = Self.own((try? tree.text("/proc/self/cgroup")) ?? "")
        for line in ((try? tree.text("/proc/self/mountinfo")) ?? "").split(separator: "\n") {
            guard let mount = Mount(line) else { continue }
            if mount.type == "cgroup2", let path = own[""] {
                unified = unified ?? mount.folder(of: path)
            }
            guard mount.type == "cgroup" else { continue }
            for controller in mount.options {
                guard let path = own[controller], legacy[controller] == nil else { continue }
                legacy[controller] = mount.folder(of: path)
            }
        }
    }

    /// Own path by controller; the second version's under the empty name.
    private static func own(_ text: String) -> [String: String] {
        var paths: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(
                separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            for controller in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
                paths[String(controller)] = String(parts[2])
            }
        }
        return paths
    }

    private struct Mount {
        let root: String
        let place: String
        let type: String
        let options: [String]

        /// `36 35 98:0 /root /place rw,noatime shared:1 - cgroup cgroup rw,memory`
        init?(_ line: Substring) {
            let words = line.split(separator: " ").map(String.init)
            guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 3 else {
                return nil
            }
            (root, place) = (words[3], words[4])
            type = words[dash + 1]
            options = words[dash + 3].split(separator: ",").map(String.init)
        }

        /// Where a path of the hierarchy is mounted; in a container only part of it is.
        func folder(of path: String) -> String {
            var rest = path
            if root != "/", path == root || path.hasPrefix(root + "/") {
                rest = String(path.dropFirst(root.count))
            }
            let folder = rest.isEmpty || rest == "/" ? place : place + rest
            return folder.hasSuffix("/") && folder.count > 1 ? String(folder.dropLast()) : folder
        }
    }
}
