import CrashPoints
import Glibc
import LinuxSystem

/// Reads and sets the values behind settings, whatever stands behind the path.
struct SettingAccess: Sendable {
    enum Failure: Error {
        /// Nothing of the kind on this host.
        case absent
        case refused(errno: Int32, String)
    }

    let files: any KernelFiles
    let services: ServiceControl

    static let present = "present"
    static let missing = "absent"

    /// The text as the host gives it; of a held value whatever the device says.
    func read(_ kind: KnobSetting.Kind, _ path: String) throws(Failure) -> String {
        switch kind {
        case .file, .held: return try text(of: path)
        case .folder: return files.isFolder(path) ? Self.present : Self.missing
        case .mount: return try mountedType(path)
        case .service: return try state(of: path)
        case .slice: return try cpus(of: path)
        }
    }

    /// Sets it; an empty token is written as a line end, since the kernel ignores nothing at all.
    func write(_ kind: KnobSetting.Kind, _ path: String, _ token: String) throws(Failure) {
        switch kind {
        case .held: return
        case .service: try set(service: path, token)
        case .slice: try set(slice: path, token)
        case .file:
            try call { () throws(SystemCallFailure) in
                try files.write(token.isEmpty ? "\n" : token, to: path)
            }
        case .folder:
            try call { () throws(SystemCallFailure) in
                token == Self.present ? try files.makeFolder(path) : try files.removeFolder(path)
            }
        case .mount:
            try call { () throws(SystemCallFailure) in
                token == Self.missing
                    ? try files.unmount(path) : try files.mount(token, on: path)
            }
        }
    }

    private func state(of unit: String) throws(Failure) -> String {
        let state: String?
        do throws(ServiceControl.Refusal) {
            state = try services.state(of: unit)
        } catch {
            throw .refused(errno: 0, error.description)
        }
        guard let state else { throw .absent }
        return state
    }

    private func set(service unit: String, _ state: String) throws(Failure) {
        let isStop = state == ServiceControl.inactive
        (isStop ? CrashPoint.tuningServiceStopping : .tuningServiceStarting).reach()
        do throws(ServiceControl.Refusal) {
            try services.set(unit, to: state)
        } catch {
            throw .refused(errno: 0, error.description)
        }
        (isStop ? CrashPoint.tuningServiceStopped : .tuningServiceStarted).reach()
    }

    private func cpus(of slice: String) throws(Failure) -> String {
        let cpus: String?
        do throws(ServiceControl.Refusal) {
            cpus = try services.cpus(of: slice)
        } catch {
            throw .refused(errno: 0, error.description)
        }
        guard let cpus else { throw .absent }
        return cpus
    }

    private func set(slice: String, _ cpus: String) throws(Failure) {
        do throws(ServiceControl.Refusal) {
            try services.set(slice, cpus: cpus)
        } catch {
            throw .refused(errno: 0, error.description)
        }
    }

    private func text(of path: String) throws(Failure) -> String {
        var text = ""
        try call { () throws(SystemCallFailure) in text = try files.content(of: path) }
        return text
    }

    /// From `/proc/mounts` (proc_pid_mounts(5)).
    private func mountedType(_ path: String) throws(Failure) -> String {
        guard files.isFolder(path) else { throw .absent }
        let rows = ((try? files.content(of: "/proc/mounts")) ?? "").split(separator: "\n")
        let mounted = rows.map { $0.split(separator: " ") }.last { $0.count > 2 && $0[1] == path }
        return mounted.map { String($0[2]) } ?? Self.missing
    }

    private func call(_ body: () throws(SystemCallFailure) -> Void) throws(Failure) {
        do throws(SystemCallFailure) {
            try body()
        } catch {
            if [ENOENT, ENODEV, ENXIO, ENOTDIR].contains(error.errno) { throw .absent }
            throw .refused(errno: error.errno, SystemCallFailure.text(of: error.errno))
        }
    }
}
