import Testing

@testable import HostFacts

/// The layers of a fingerprint hold what they should, and nothing that they should not.
@Suite struct EnvironmentTests {
    /// What another boot of the same machine changes.
    private static let otherBoot = [
        "/proc/sys/kernel/random/boot_id": "2f6e0000-0000-4000-8000-000000000002\n",
        "/proc/meminfo": "MemTotal:       32751988 kB\nMemFree: 9 kB\nMemAvailable: 4096 kB\n",
        "/proc/loadavg": "9.25 0.10 0.12 7/234 9\n",
        "/proc/cmdline": "BOOT_IMAGE=/vmlinuz-2 root=UUID=2 quiet isolcpus=1\n",
        "/sys/class/thermal/thermal_zone0/temp": "61000\n",
        "/proc/cpuinfo": FixtureTree.cpuinfo.replacing(
            "processor\t: 0", with: "processor\t: 0\ncpu MHz\t\t: 3123.456\nbogomips\t: 5192.99"),
        "/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq": "800000\n",
    ]

    private static let firstBoot = [
        "/proc/cmdline": "BOOT_IMAGE=/vmlinuz-1 root=UUID=1 quiet isolcpus=1\n",
        "/sys/class/thermal/thermal_zone0/temp": "45000\n",
        "/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq": "3200000\n",
    ]

    @Test func `another boot changes the state alone`() throws {
        let files = FixtureTree.host.merging(Self.firstBoot) { _, own in own }
        let before = try FixtureTree(files).fingerprint()
        let after = try FixtureTree(files.merging(Self.otherBoot) { _, own in own }).fingerprint()
        for level in FingerprintLevel.allCases {
            let isSame = before.layers[level] == after.layers[level]
            #expect(isSame == (level != .runState), "\(level)")
        }
        #expect(after.layers[.runState]?.facts["temperature_mc"] == .number(61_000))
        #expect(after.layers[.runState]?.facts["runnable"] == .number(7))
        #expect(
            before.layers[.platformEpoch]?.facts["kernel_command_line"]
                == .text("quiet isolcpus=1"))
    }

    private static let packages = """
        Package: libc6
        Status: install ok installed
        Architecture: amd64
        Version: 2.41-12

        Package: gcc
        Status: deinstall ok config-files
        Version: 12.0

        Package: git
        Status: install ok installed
        Version: 1:2.47.3-0+deb13u1

        """

    @Test func `compilers and libraries come from what they say, else from the package list`()
        throws
    {
        var files = FixtureTree.host
        files["/var/lib/dpkg/status"] = Self.packages
        let tree = try FixtureTree(files)
        var reader = tree.reader
        reader.askedToolchains = [
            Toolchain(name: "swift", version: "6.3.1"), Toolchain(name: "git", version: "mine"),
        ]
        #expect(
            reader.toolchains == [
                Toolchain(name: "git", version: "mine"),
                Toolchain(name: "glibc", version: "2.41-12"),
                Toolchain(name: "swift", version: "6.3.1"),
            ])
        let facts = try #require(reader.fingerprint().layers[.platformEpoch]?.facts)
        #expect(facts["libc"] == .text("glibc 2.41-12"))
        #expect(facts["toolchains"] == .list(["git mine", "glibc 2.41-12", "swift 6.3.1"]))
        // Without either there is nothing, and no guess.
        let bare = try FixtureTree(FixtureTree.host)
        #expect(bare.reader.toolchains.isEmpty)
        #expect(bare.fingerprint().layers[.platformEpoch]?.facts["libc"] == nil)
    }

    @Test func `settings that differ between processors name them`() throws {
        var files = FixtureTree.host
        files["/sys/devices/system/cpu/online"] = "0-2\n"
        for (cpu, governor) in [(0, "powersave"), (1, "performance"), (2, "performance")] {
            let folder = "/sys/devices/system/cpu/cpu\(cpu)/cpufreq"
            files["\(folder)/scaling_governor"] = governor + "\n"
            files["\(folder)/scaling_max_freq"] = "3000000\n"
        }
        let tuning = try #require(try FixtureTree(files).fingerprint().layers[.tuning]?.facts)
        #expect(tuning["governor"] == .list(["performance: 1-2", "powersave: 0"]))
        #expect(tuning["frequency_max_khz"] == .text("3000000"))
        #expect(tuning["no_turbo"] == nil)
    }
}
