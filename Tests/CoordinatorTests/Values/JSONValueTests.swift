import Coordinator
import Foundation
import Testing

@Suite struct JSONValues {
    /// Equal numbers are equal after a round trip and have one hash; different ones stay different.
    @Test func numbersAreEqualByTheirValue() throws {
        #expect(JSONValue.number(2) == .integer(2))
        #expect(JSONValue.number(2).hashValue == JSONValue.integer(2).hashValue)
        #expect(JSONValue.number(0.5) != .integer(0))
        #expect(JSONValue.number(0x1p63) != .integer(.max))
        #expect(Set<JSONValue>([.number(3), .integer(3), .string("3")]).count == 2)
        for value: JSONValue in [
            .integer(.max), .integer(.min), .number(-0.0), .number(1e300), .number(7), .number(0.1),
        ] {
            let data = try JSONEncoder().encode(value)
            #expect(try JSONDecoder().decode(JSONValue.self, from: data) == value)
        }
    }

    @Test func valuesOfDifferentKindsAreNeverEqual() {
        let all: [JSONValue] = [nil, false, 0, "", [], [:]]
        for (left, one) in all.enumerated() {
            for (right, other) in all.enumerated() { #expect((one == other) == (left == right)) }
        }
    }
}
