/// The words `on` and `off` of a project file.
package enum OnOff: String, Sendable {
    case off, on
}
