import HostFacts
import Testing

@Suite struct HostReaderTests {
    @Test func `a host introduces itself from its files`() throws {
        let tree = try FixtureTree(FixtureTree.host)
        let identity = try tree.reader.identity()
        #expect(identity.name == "bench-07")
        #expect(identity.architecture == "x86_64")
        #expect(identity.operatingSystem == "debian-13")
        #expect(identity.kernel == "6.12.30")
        #expect(identity.cpuModel == "Example 9000")
        #expect(identity.cores == 2)
        #expect(identity.memoryBytes == 32_752_112 * 1024)
        #expect(identity.machineIDHash == "digest(fleetmark:0123456789abcdef0123456789abcdef)")
        #expect(identity.boardSerialHash == nil)
        #expect(try tree.reader.identity(name: "other").name == "other")
    }

    @Test func `a host without a machine id says what to do`() throws {
        var files = FixtureTree.host
        files["/etc/machine-id"] = "\n"
        let tree = try FixtureTree(files)
        #expect(throws: HostFactFailure.self) { try tree.reader.identity() }
    }

    @Test func `all five layers are there, and a change moves only its own digest`() throws {
        let before = try FixtureTree(FixtureTree.host).fingerprint()
        var files = FixtureTree.host
        files["/proc/sys/kernel/osrelease"] = "6.12.31\n"
        let after = try FixtureTree(files).fingerprint()
        #expect(Set(before.layers.keys) == Set(FingerprintLevel.allCases))
        for level in FingerprintLevel.allCases {
            let isSame = before.layers[level] == after.layers[level]
            #expect(isSame == (level != .platformEpoch), "\(level)")
        }
        #expect(before.layers[.platformEpoch]?.facts["microcode"] == .text("0x2b"))
        #expect(before.layers[.tuning]?.facts["huge_pages"] == .text("madvise"))
        #expect(before.layers[.tuning]?.facts["governor"] == nil)
        #expect(before.layers[.hardwareClass]?.facts["memory_class_gib"] == .number(32))
        #expect(
            before.layers[.platformEpoch]?.facts["mitigations"]
                == .list(["meltdown: Not affected"]))
    }

    @Test func `health reads load and the running clock, and the free space of a folder`() throws {
        let tree = try FixtureTree(FixtureTree.host)
        let health = try tree.reader.health(folder: tree.root)
        #expect(health.load == 0.25)
        #expect(health.runnable == 3)
        #expect(health.clocksource == "tsc")
        #expect(health.diskFreeBytes > 0)
        #expect((0...1).contains(health.inodeFreeShare))
        #expect(health.users == 0)
        #expect(throws: HostFactFailure.self) {
            try tree.reader.health(folder: tree.root + "/missing")
        }
    }

    @Test(arguments: ["", "garbage", "nan nan nan x/y", "-1 0 0 -5/1 1"])
    func `broken kernel files give defaults and no trap`(text: String) throws {
        var files = FixtureTree.host
        for path in ["/proc/cpuinfo", "/proc/meminfo", "/proc/loadavg", "/etc/os-release"] {
            files[path] = text
        }
        let tree = try FixtureTree(files)
        let health = try tree.reader.health(folder: tree.root)
        #expect(health.load >= 0)
        #expect(health.runnable >= 0)
        #expect(try tree.reader.identity().cores == 1)
        #expect(tree.fingerprint().layers.count == 5)
    }

    @Test func `boot id and control groups are read`() throws {
        let tree = try FixtureTree(FixtureTree.host)
        #expect(try tree.reader.bootIdentifier() == "1f6e0000-0000-4000-8000-000000000001")
        #expect(tree.cgroupVersion == 2)
        #expect(try FixtureTree(["/proc/none": ""]).cgroupVersion == 0)
    }
}
