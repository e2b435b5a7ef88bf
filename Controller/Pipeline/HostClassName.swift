/// The class of hosts that nobody has sorted into another one.
package enum HostClassName {
    package static let standard = "default"
}
