import Counters
import Isolation

extension CountedRun {
    /// A launch at its gate.
    init(_ stand: LaunchStand) {
        self.init(launcher: stand.launcher, groupFolder: stand.groupFolder)
    }
}
