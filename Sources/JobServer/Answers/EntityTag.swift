#if Server
    import Hummingbird

    /// Names one state of what an address shows (RFC 9110, 8.8.3): who has that state already is not sent it again.
    struct EntityTag: Sendable, CustomStringConvertible {
        private let value: String

        /// The state of a job's journal up to an event; each further event is another state.
        init(sequence: Int) { value = "\"\(sequence)\"" }

        /// A blackboard at a version, as it was after an event: what agents are doing shows on it and raises no version.
        init(version: Int, sequence: Int) { value = "\"\(version)-\(sequence)\"" }

        var description: String { value }

        /// Whether a request names this state, or any, as the one that it has (`If-None-Match`).
        func isKnown(to request: Request) -> Bool {
            request.headers[values: .ifNoneMatch].contains { field in
                field.split(separator: ",").contains { part in
                    let tag = part.drop { $0 == " " }.prefix { $0 != " " }
                    return tag == "*" || tag == value || tag == "W/" + value
                }
            }
        }
    }

    extension Response {
        /// A document in a state that has a name.
        init(json document: some Encodable, tag: EntityTag) {
            self.init(json: document)
            name(tag)
        }

        /// The answer to who has the state already.
        static func unchanged(_ tag: EntityTag) -> Response {
            var response = Response(status: .notModified)
            response.name(tag)
            return response
        }

        private mutating func name(_ tag: EntityTag) {
            headers[.eTag] = tag.description
            // It may be kept, and is asked for each time: a job goes on.
            headers[.cacheControl] = "private, no-cache"
        }
    }
#endif
