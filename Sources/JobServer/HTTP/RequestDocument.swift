#if Server
    import Coordinator
    import Hummingbird
    import Support

    /// The JSON object of a request's body: known members, each of its type. Without a body it is empty.
    struct RequestDocument {
        private let members: JSONObject

        /// - Parameters:
        ///   - limit: the most bytes.
        ///   - known: the members that it may have.
        init(of request: Request, atMost limit: Int, known: [String]) async throws {
            let bytes = try await request.bytes(atMost: limit)
            let value = bytes.isEmpty ? JSONValue.object([:]) : try Self.value(of: bytes)
            guard case .object(let members) = value else {
                throw Problem(
                    .badRequest, "the body is \(value.kindName); send an object with \(Suggestion.list(known))")
            }
            for key in members.keys.map(\.string).sorted() where !known.contains(key) {
                throw Problem(
                    .unprocessableContent,
                    "the body has the unknown member '\(ForeignText.line(key))'"
                        + Suggestion.ending(for: key, among: known, known: "there are"))
            }
            self.members = members
        }

        /// Any JSON value.
        static func value(of bytes: [UInt8]) throws(Problem) -> JSONValue {
            do {
                return try JSONValue(json: bytes)
            } catch DecodingError.dataCorrupted(let context) {
                throw Problem(.badRequest, "the body is no JSON document: \(context.debugDescription)")
            } catch {
                throw Problem(.badRequest, "the body is no JSON document: \(error)")
            }
        }

        subscript(key: String) -> JSONValue? { members[ExactString(key)].flatMap { $0 == .null ? nil : $0 } }

        func text(_ key: String) throws(Problem) -> String? { try typed(key, "a text", \.stringValue) }

        func flag(_ key: String) throws(Problem) -> Bool { try typed(key, "true or false", \.boolValue) ?? false }

        /// The number of a round, an item or the like.
        func number(_ key: String, from least: Int) throws(Problem) -> Int? {
            try typed(key, "a whole number from \(least) on") { value in
                value.integerValue.flatMap { Int(exactly: $0) }.flatMap { $0 >= least ? $0 : nil }
            }
        }

        private func typed<Value>(
            _ key: String, _ kind: String, _ read: (JSONValue) -> Value?
        ) throws(Problem) -> Value? {
            guard let value = self[key] else { return nil }
            guard let typed = read(value) else {
                throw Problem(.unprocessableContent, "the member '\(key)' is \(value.kindName); it has to be \(kind)")
            }
            return typed
        }
    }

    extension Request {
        /// The whole body, as it is.
        func bytes(atMost limit: Int) async throws -> [UInt8] {
            if let coding = headers[.contentEncoding], coding.lowercased() != "identity" {
                throw Problem(
                    .unsupportedMediaType, "Content-Encoding: \(coding) is not known; send the body as it is",
                    headers: [.acceptEncoding: "identity"])
            }
            do {
                return Array(try await body.collect(upTo: limit).readableBytesView)
            } catch let problem as Problem {
                throw problem
            } catch {
                // The connection has ended; nobody reads the answer.
                throw Problem(.badRequest, "the body of the request did not arrive: \(error)")
            }
        }
    }

    extension RequestContext {
        /// A part of the path, its percent signs read.
        func segment(_ name: String) throws -> String {
            let text = try parameters.require(name)
            guard let segment = PathSegment.unescaped(text) else {
                throw Problem(.badRequest, "'\(text)' in the path has a percent sign without two hex digits")
            }
            return segment
        }
    }
#endif
