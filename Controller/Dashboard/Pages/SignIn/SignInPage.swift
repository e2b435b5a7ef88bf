import Hummingbird
import Identity
import Storage
import WebSupport

/// `/sign-in`: a key becomes a session of this browser.
struct SignInPage: DashboardPage {
    let pattern: RouterPath = "/sign-in"

    func content(for call: PageCall) async throws -> PageContent {
        guard call.viewer.canSignIn else { throw Viewer.nothing }
        return SignInModel(returnTo: ReturnAddress(try call.query.single("return_to"))).content
    }
}

/// What the form shows.
struct SignInModel: Sendable {
    let returnTo: String
    let problem: Problem?
    let action = FormPath.signIn.text

    struct Problem: Hashable, Sendable {
        let title: String
        let text: String
    }

    init(returnTo: ReturnAddress, problem: Problem? = nil) {
        self.returnTo = returnTo.text
        self.problem = problem
    }

    var content: PageContent {
        PageContent(
            .signin, title: PageTitle("Sign in"), crumbs: [.projects, Crumb("Sign in")],
            model: self)
    }
}

/// `POST /sign-in`: never says whether a key exists, only that this one is not accepted.
struct SignInAction: PageAction {
    let desk: DashboardDesk

    let pattern: RouterPath = "/sign-in"
    let isOpen = true

    func perform(_ call: FormCall) async throws -> ActionOutcome {
        let returnTo = ReturnAddress(try call.fields.single("return_to"))
        let key = try call.fields.single("key") ?? ""
        let trimmed = String(key.drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
        switch try await desk.signIn.open(key: trimmed, from: call.context.peer.address) {
        case .opened(let text, let stored) where stored.key.benchmarks != nil:
            try await desk.signIn.close(text)
            let model = SignInModel(
                returnTo: returnTo,
                problem: .init(
                    title: "The key is limited to some benchmarks.",
                    text: "Pages show all of a project: use another key here, or the API."))
            return .page(model.content, .forbidden, retryAfter: nil)
        case .opened(let text, _):
            let seconds = SignIn.lifetime.components.seconds
            return .seeOther(
                returnTo.text,
                cookie: BrowserSession.cookie(text.secret.exposed, seconds: seconds))
        case .wrongKey:
            let model = SignInModel(
                returnTo: returnTo,
                problem: .init(
                    title: "The key is not accepted.",
                    text: "It is unknown here, has ended, or was copied in part."))
            return .page(model.content, .unauthorized, retryAfter: nil)
        case .lockedOut(let wait):
            let model = SignInModel(
                returnTo: returnTo,
                problem: .init(
                    title: "Too many wrong keys came from this address.",
                    text: "Try again in \(Span.text(wait))."))
            return .page(model.content, .tooManyRequests, retryAfter: wait)
        }
    }
}

/// `POST /sign-out`: ends the session, here and in the browser.
struct SignOutAction: PageAction {
    let desk: DashboardDesk

    let pattern: RouterPath = "/sign-out"

    func perform(_ call: FormCall) async throws -> ActionOutcome {
        if let text = call.sessionText.flatMap(SessionText.init) {
            try await desk.signIn.close(text)
        }
        return .seeOther(
            PagePath.projects.text, cookie: BrowserSession.cookie("", seconds: 0))
    }
}
