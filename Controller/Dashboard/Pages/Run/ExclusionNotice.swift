import FleetModel
import Storage

/// What somebody took out of series: `All of it is kept out of its series by ann: fan failed.`
enum ExclusionNotice {
    static func sentences(_ exclusions: RunExclusions) -> [Sentence] {
        exclusions.words.map { word in
            var sentence = Sentence(kind: Direction.unclear.rawValue)
            if let benchmark = word.benchmark {
                sentence.name(ForeignText(benchmark, limit: 120))
            } else {
                sentence.stress("All of it")
                let exceptions = exclusions.exceptions
                if !exceptions.isEmpty {
                    sentence.say(" but ")
                    sentence.name(ForeignText(exceptions.joined(separator: ", "), limit: 300))
                }
            }
            sentence.say(" is kept out of its series by ")
            sentence.name(ForeignText(word.author, limit: 60))
            sentence.say(": ")
            sentence.name(ForeignText(word.reason, limit: 500))
            sentence.say(".")
            return sentence
        }
    }
}
