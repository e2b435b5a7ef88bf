import Mustache
import Testing

@testable import Dashboard

@Suite struct TemplatesTests {
    @Test func `no template lets text through unescaped`() {
        for (name, bytes) in Templates.sources {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("{{{"), "\(name)")
            #expect(!text.contains("{{&"), "\(name)")
        }
    }

    @Test func `every page has a template`() throws {
        _ = try Templates()
        for name in Templates.Name.allCases {
            #expect(Templates.sources[name.rawValue] != nil, "\(name)")
        }
    }

    @Test(arguments: [
        ("\"\u{301}", "&quot;\u{301}"), ("\u{600}\"", "\u{600}&quot;"),
        ("'\u{FE0F}", "&#39;\u{FE0F}"),
        ("<\u{20D0}b>", "&lt;\u{20D0}b&gt;"), ("a & b", "a &amp; b"), ("é", "é"),
    ])
    func `a mark that combines with a sign does not save it from escaping`(
        _ given: String, _ escaped: String
    ) {
        #expect(EscapedHTML().escapeText(given) == escaped)
    }

    @Test func `names from outside stand alone in their direction in every template`() {
        // What is rendered without `<bdi>` around it is our own word, number or address.
        let own: Set<String> = [
            "href", "kind", "word", "commit", "number", "percent", "label", "machine", "shown",
            "document", "home", "frame.home", "frame.stylesheet", "frame.title", "title",
            "advice", "requestID", "visibility", "queue", "comparisonsRead", "newest", "decision",
            "summary", "how", "what", "blame", "count", "counts", "method", "side", "attempt",
            "extent", "request", "dots", "x", "top", "bottom", "plotWidth", "plotHeight", "unit",
            ".", "band", "line", "levels", "place", "text", "anchor", "y", "path", "orientation",
            "lines.first", "lines.last", "lines.text", "decimals", "licence", "shown", "points",
            "action", "lines.unit", "change", "differs", "detail", "stays", "baseCommit",
            "layer", "name", "place", "zoneX", "zoneWidth", "low", "high", "everything",
            "hiddenRows", "show",
            "subject", "tail.next", "clock", "height", "quality", "series",
            "frame.theme", "icon", "signOut", "heard", "left", "serial", "took", "share", "deed",
            "field", "allSeries", "bandHeight", "grade", "iteration", "ago", "line.kind",
            "noise", "priority", "projectHref", "since.machine",
            "since.shown", "waited", "returnTo", "sentence", "size", "rawCount",
            "value", "token", "role", "prefix", "makeUser", "makeTeam",
        ]
        for (name, bytes) in Templates.sources {
            for part in String(decoding: bytes, as: UTF8.self).split(separator: "{{").dropFirst() {
                guard let variable = part.split(separator: "}}").first,
                    !"#^/<>$%".contains(variable.first ?? " ")
                else { continue }
                let isWrapped = part.contains("}}</bdi>")
                #expect(isWrapped || own.contains(String(variable)), "\(name): \(variable)")
            }
        }
    }
}
