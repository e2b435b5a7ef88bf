/// The three houses of the map, and who may visit whom.
enum House: String {
    case shared = "Shared"
    case agent = "Agent"
    case controller = "Controller"
}

/// One target of the map and all first-party targets that it may import.
struct Room {
    let name: String
    let house: House
    let mayImport: Set<String>

    init(_ name: String, _ house: House, _ mayImport: Set<String> = []) {
        self.name = name
        self.house = house
        self.mayImport = mayImport
    }

    var folder: String { "\(house.rawValue)/\(name)" }
}

/// An arrow that the map does not draw, with the record that says why it is there.
struct MapException {
    let room: String
    let mayImport: String
    /// The number of a file in `docs/decisions`.
    let record: String

    init(_ room: String, _ mayImport: String, record: String) {
        self.room = room
        self.mayImport = mayImport
        self.record = record
    }
}
