/// The mounts that make a room: an empty root, the host's programs to read, the shares, and
/// nothing else of the host.
///
/// Source: isolation-and-counters.md, section 3.4.
struct RoomMounts {
    let layout: HostLayout
    /// Inside a user namespace the kernel lets nobody tear a mount from what is below it.
    let isUnprivileged: Bool

    private static let calm: LaunchMount.Options = [.noSetUser, .noDevices]
    private static let secrets = [
        "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/sudoers",
        "/etc/krb5.keytab",
    ]
    private static let secretFolders = [
        "/etc/sudoers.d", "/etc/ssl/private", "/etc/fleetmark",
        "/etc/NetworkManager/system-connections", "/etc/wireguard",
    ]
    private static let devices = ["null", "zero", "full", "random", "urandom", "tty"]
    private static let kernelFiles = [
        "/proc/kcore", "/proc/keys", "/proc/sysrq-trigger", "/proc/timer_list",
    ]
    /// Keys of the host, and what a client must know of others.
    private static let secureShell = "/etc/ssh"
    /// Where name services keep what `/etc/resolv.conf` leads to.
    private static let resolvers = [
        "/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager",
    ]

    func mounts(of room: LaunchRoom) -> [LaunchMount] {
        hostPrograms + covers(of: room) + devices(of: room) + kernel + temporary(of: room)
            + room.shares.map(share) + room.views.map(Self.view)
    }

    private var hostPrograms: [LaunchMount] {
        layout.entries.map { entry in
            switch entry {
            case .folder(let path):
                LaunchMount(
                    kind: .bind, source: path, target: path,
                    options: Self.calm.union([.readOnly, .recursive]))
            case .link(let path, let text):
                LaunchMount(kind: .link, source: text, target: path)
            }
        }
    }

    private func covers(of room: LaunchRoom) -> [LaunchMount] {
        let folders = Self.secretFolders + (room.hasNetwork ? [] : [Self.secureShell])
        return Self.secrets.map { Self.hidden(file: $0) }
            + folders.map {
                LaunchMount(
                    kind: .memory, target: $0,
                    options: Self.calm.union([.readOnly, .noExecution, .cover]), mode: 0,
                    bytes: 4096)
            }
    }

    /// A device that may not be opened stands in the file's place.
    private static func hidden(file path: String) -> LaunchMount {
        LaunchMount(
            kind: .bind, source: "/dev/null", target: path,
            options: calm.union([.readOnly, .noExecution, .cover]))
    }

    private func devices(of room: LaunchRoom) -> [LaunchMount] {
        let quiet: LaunchMount.Options = [.noSetUser, .noExecution]
        var list = [
            LaunchMount(kind: .memory, target: "/dev", options: quiet, bytes: 64 << 10)
        ]
        list += Self.devices.map {
            LaunchMount(
                kind: .bind, source: "/dev/" + $0, target: "/dev/" + $0,
                options: quiet.union(.optional))
        }
        list += [
            LaunchMount(kind: .terminals, target: "/dev/pts", options: quiet),
            LaunchMount(
                kind: .memory, target: "/dev/shm", options: Self.calm.union(.noExecution),
                mode: 0o1777, bytes: Self.bytes(room.temporary)),
        ]
        let links = [
            ("/dev/ptmx", "pts/ptmx"), ("/dev/fd", "/proc/self/fd"),
            ("/dev/stdin", "/proc/self/fd/0"), ("/dev/stdout", "/proc/self/fd/1"),
            ("/dev/stderr", "/proc/self/fd/2"),
        ]
        return list + links.map { LaunchMount(kind: .link, source: $0.1, target: $0.0) }
    }

    private var kernel: [LaunchMount] {
        let quiet = Self.calm.union(.noExecution)
        var list = [LaunchMount(kind: .processes, target: "/proc", options: quiet)]
        list += Self.kernelFiles.map { Self.hidden(file: $0) }
        list.append(
            LaunchMount(kind: .again, target: "/proc/sys", options: quiet.union(.readOnly)))
        var below = quiet.union(.readOnly)
        // The control groups are a mount of their own below it and stay outside.
        if isUnprivileged { below.insert(.recursive) }
        list.append(LaunchMount(kind: .bind, source: "/sys", target: "/sys", options: below))
        return list
    }

    private func temporary(of room: LaunchRoom) -> [LaunchMount] {
        var list: [LaunchMount] = []
        switch room.temporary {
        case .memory(let bytes):
            list.append(
                LaunchMount(
                    kind: .memory, target: "/tmp", options: Self.calm, mode: 0o1777,
                    bytes: UInt64(max(4096, bytes))))
        case .folder(let path):
            list.append(
                LaunchMount(kind: .bind, source: path, target: "/tmp", options: Self.calm))
        }
        list += [
            LaunchMount(kind: .folder, target: "/var"),
            LaunchMount(kind: .link, source: "/tmp", target: "/var/tmp"),
            LaunchMount(
                kind: .memory, target: "/run", options: Self.calm.union(.noExecution),
                bytes: 64 << 10),
        ]
        if room.hasNetwork {
            list += Self.resolvers.map {
                LaunchMount(
                    kind: .bind, source: $0, target: $0,
                    options: Self.calm.union([.readOnly, .noExecution, .optional]))
            }
        }
        return list
    }

    private func share(_ share: LaunchRoom.Share) -> LaunchMount {
        var options = Self.calm
        // What is only read may be missing: whoever needs it says so in words of its own.
        if !share.isWritable { options.formUnion([.readOnly, .recursive, .optional]) }
        if isUnprivileged { options.insert(.recursive) }
        return LaunchMount(
            kind: .bind, source: share.host, target: share.inside, options: options)
    }

    private static func view(_ view: LaunchRoom.View) -> LaunchMount {
        LaunchMount(
            kind: .view, target: view.inside, options: calm.union(.owned), mode: 0o700,
            bytes: UInt64(max(4096, view.bytes)))
    }

    private static func bytes(_ temporary: LaunchRoom.Temporary) -> UInt64 {
        guard case .memory(let bytes) = temporary else { return 1 << 30 }
        return UInt64(max(4096, bytes))
    }
}
