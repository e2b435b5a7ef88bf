/// A dry run of a policy, for people.
struct PolicyTrialReport {
    let reply: PolicyTrialReply
    let session: Session

    var text: String {
        var text = sentence + "\n"
        let changes = [("fail", reply.wouldOpen), ("no longer fail", reply.wouldClose)]
        for (what, found) in changes where !found.isEmpty {
            text += "\nWould \(what):\n\n"
            text += table(found).render(
                style: session.style, width: session.surroundings.terminal.width)
        }
        text += "\n" + counts.render(style: session.style, width: nil)
        if reply.truncated {
            text += "\nnote: there were more comparisons than are looked at in one dry run\n"
        }
        return text
    }

    private var sentence: String {
        let counts = reply.counts
        guard counts.comparisons > 0 else { return "No comparison was made in that time." }
        guard counts.different > 0 else {
            return "All \(counts.comparisons) comparisons would have been decided as they were."
        }
        return "Of \(counts.comparisons) comparisons over \(reply.seriesSeen) series, "
            + "\(counts.different) answers would have been others: \(reply.wouldOpen.count) would "
            + "fail, \(reply.wouldClose.count) would no longer."
    }

    private func table(_ changes: [PolicyTrialReply.Change]) -> TextTable {
        TextTable(
            [
                .init("FROM"), .init("TO"), .init("BENCHMARK"), .init("METRIC"),
                .init("CHANGE", .right), .init("WAS"), .init("NOW"), .init("STAYED"), .init("WHY"),
            ],
            rows: changes.flatMap { change in
                change.members.map { member in
                    [
                        .init(Readable.commit(change.range.from)),
                        .init(Readable.commit(change.range.to)),
                        .init(BenchmarkTitle.text(member.benchmark, member.params)),
                        .init(member.metric),
                        .init(
                            Readable.change(change.shiftRel, nil, session.style),
                            order: change.shiftRel),
                        .init(member.was ?? ""), .init(member.now ?? ""),
                        .init(change.confirmedSince),
                        .init(
                            (member.reasons ?? []).map(ReasonText.text).joined(separator: "; ")),
                    ]
                }
            })
    }

    private var counts: TextTable {
        let words = ["pass", "warn", "fail", "skip"]
        return TextTable(
            [.init("DECISIONS")] + words.map { .init($0.uppercased(), .right) },
            rows: [("before", reply.counts.before), ("after", reply.counts.after)].map {
                name, found in
                [.init(name)] + words.map { .init("\(found[$0] ?? 0)") }
            })
    }
}
