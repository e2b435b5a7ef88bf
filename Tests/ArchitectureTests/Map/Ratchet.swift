/// How many files and functions were longer than the house aims at when this was last touched.
///
/// These numbers only go down: whoever shortens one lowers the number with it.
enum Ratchet {
    static let filesOverAim = 0
    static let functionsOverAim = 5
}
