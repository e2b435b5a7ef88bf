package import FleetModel
import Hummingbird

extension FleetContext {
    /// A part of the path as text; 400 when it is not percent-encoded UTF-8.
    package func pathText(_ name: String) throws(APIError) -> String {
        guard let raw = parameters.get(name) else {
            preconditionFailure("the route has no parameter \(name)")
        }
        guard let text = PercentEncoding.decoded(raw) else {
            throw APIError(.invalidValue, "The path is not percent-encoded UTF-8.")
        }
        return text
    }

    /// A part of the path as an identifier; a text that can be none names nothing: 404.
    package func pathIdentifier<Kind>(
        _ name: String, otherwise reason: Reason = .notFound
    ) throws(APIError) -> Identifier<Kind> {
        guard let identifier = Identifier<Kind>(try pathText(name)) else {
            throw APIError(reason, "There is no such object.")
        }
        return identifier
    }
}
