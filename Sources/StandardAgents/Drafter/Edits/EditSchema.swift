import Coordinator
import LanguageModels

/// The form of a drafting model's answer.
package enum EditSchema {
    /// What is asked for by the files that are shown, and what is taken.
    ///
    /// Asked for is one of four kinds of edit, all of whose members are required, as strict modes of structured output
    /// demand. Paths are chosen from those shown; a new file has a member of its own, so that a service which binds answers
    /// to the schema can write any other path there alone. The names of members are in such an order by letters, which is
    /// how schemas are written and how bound models answer, that a model says what is replaced before it writes the text.
    /// Taken is less strict: ``EditReading`` says what it means.
    package static func of(_ pack: ContextPack) -> OutputSchema {
        let path = PathChoices.schema(pack)
        let text: JSONValue = ["type": "string"]
        let lines: JSONValue = ["type": "array", "items": ["type": "integer"], "minItems": 2, "maxItems": 2]
        let kinds: [JSONValue] = [
            .closedObject(["lines": lines, "path": path, "text": text]),
            .closedObject(["path": path, "symbol": ["type": "string"], "text": text]),
            .closedObject(["path": path, "search": ["type": "string"], "text": text]),
            .closedObject(["new_file": ["type": "string"], "text": text]),
        ]
        return OutputSchema(
            name: "edits",
            schema: [
                "type": "object", "required": ["edits"],
                "properties": ["edits": ["type": "array", "items": ["type": "object"]]],
            ],
            asked: .closedObject([
                "summary": ["type": "string"],
                "edits": ["type": "array", "items": ["anyOf": .array(kinds)]],
                "requirements": [
                    "type": "array",
                    "items": .closedObject(["number": ["type": "integer"], "answer": ["type": "string"]]),
                ],
            ]))
    }
}

extension JSONValue {
    /// The schema of an object with exactly these members.
    static func closedObject(_ properties: JSONObject) -> JSONValue {
        [
            "type": "object", "properties": .object(properties),
            "required": .array(properties.keys.sorted().map { .string($0.string) }), "additionalProperties": false,
        ]
    }
}
