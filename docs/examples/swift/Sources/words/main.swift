// Counts words, and prints what that takes as fleetmark's own format.

func count(_ text: String) -> [Substring: Int] {
    var counts: [Substring: Int] = [:]
    for word in text.split(separator: " ") { counts[word, default: 0] += 1 }
    return counts
}

func microseconds(_ text: String) -> Double {
    var total = 0
    let time = ContinuousClock().measure { for _ in 0..<20 { total += count(text).count } }
    precondition(total > 0)
    return Double(time.components.attoseconds) / 20e12 + Double(time.components.seconds) * 5e4
}

print(#"{"schema": "fleetmark.results.v1", "type": "header"}"#)
for size in [100, 10000] {
    let text = String(repeating: "one two three four ", count: size / 4)
    for _ in 0..<20 {
        let value = microseconds(text)
        print(
            #"{"type": "sample", "name": "count", "params": {"size": "\#(size)"}, "#
                + #""metric": "time", "unit": "us", "value": \#(value)}"#)
    }
}
