/// The version of everything that turns samples into decisions; it changes whenever the same
/// samples could be judged otherwise.
package enum EngineVersion {
    package static let current = "fleet-5"
}
