import HTTPTypes
import WebSupport

/// A refusal: what happened, what it means, what to do.
struct ErrorModel: Sendable {
    let title: String
    let message: ForeignText
    let advice: String
    let requestID: ForeignText
    let home: String
    /// Nil for readers who are signed in, and where signing in changes nothing.
    let signIn: String?

    init(_ error: APIError, requestID: String, viewer: Viewer) {
        switch error.status.code {
        case 404:
            title = "There is no such page"
            advice =
                "It may have been removed, or it belongs to a project that is not public. "
                + "Callers with a key of that project see it."
        case 401:
            title = "The credentials are not accepted"
            advice =
                "Public projects can be read without any: send the request without the "
                + "Authorization header, or with a key that is valid here."
        case 403 where error.reason == .csrfFailed:
            title = "The form was not taken"
            advice = "It is from another session or another site. Open the page again and resend."
        case 409:
            title = "It is not so any more"
            advice = "Somebody or something was faster: look at the page again."
        case 403 where error.reason == .readOnlyViewer:
            title = "This site shows public projects only"
            advice = "Whoever may see more has an account on the fleet's own controller."
        case 403:
            title = "This is not allowed"
            advice = "Ask an administrator of the project for a key that may read it."
        case 400:
            title = "The address cannot be read"
            advice = "Follow a link from the projects, or shorten the address."
        case 503:
            title = "The controller cannot answer now"
            advice = "Measuring goes on: agents keep their results. Try again in a moment."
        default:
            title = "The page could not be made"
            advice = "Nothing is lost: agents keep their results. The log has the cause."
        }
        message = ForeignText(error.message)
        self.requestID = ForeignText(requestID, limit: 128)
        home = PagePath.projects.text
        signIn = Self.helps(error, viewer) ? PagePath.signIn(returnTo: viewer.address).text : nil
    }

    /// Whether signing in could change the answer.
    private static func helps(_ error: APIError, _ viewer: Viewer) -> Bool {
        viewer.canSignIn && viewer.name == nil && [401, 403, 404].contains(error.status.code)
    }

    var content: PageContent {
        PageContent(
            .error, title: PageTitle(title), crumbs: [.projects, Crumb(title)], model: self)
    }
}
