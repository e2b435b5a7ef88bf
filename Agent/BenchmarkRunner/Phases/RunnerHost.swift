package import HostFacts
package import Isolation
package import Workspaces

/// What a host gives to its attempts; made once, when the agent starts.
package struct RunnerHost: Sendable {
    package let launcher: any ProgramLauncher
    package let workspaces: Workspaces
    package let cores: HostCores
    package let reader: HostReader
    package let counting: HostCounting
    /// Where perf is; `nil` where it is not installed.
    package let perf: String?
    /// `nil` grades nothing.
    package let noise: NoiseSettings?
    /// `nil` runs none.
    package let canaries: CanaryKeeper?
    /// `nil` where the host is left alone, as in tests.
    package let tuning: TunedHost?
    /// `nil` where it cannot be dropped, for this reason.
    package let pageCache: PageCache?
    package let pageCacheRefusal: IsolationReceipt.Missing?
    /// CLOCK_MONOTONIC_RAW in nanoseconds.
    package let clock: @Sendable () -> Int64

    package init(
        launcher: any ProgramLauncher, workspaces: Workspaces, cores: HostCores,
        reader: HostReader, counting: HostCounting = .none, perf: String? = nil,
        noise: NoiseSettings? = nil, canaries: CanaryKeeper? = nil, tuning: TunedHost? = nil,
        pageCache: PageCache? = nil, pageCacheRefusal: IsolationReceipt.Missing? = nil,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.launcher = launcher
        self.workspaces = workspaces
        self.cores = cores
        self.reader = reader
        self.counting = counting
        self.perf = perf
        self.noise = noise
        self.canaries = canaries
        self.tuning = tuning
        self.pageCache = pageCache
        self.pageCacheRefusal = pageCacheRefusal
        self.clock = clock
    }
}
