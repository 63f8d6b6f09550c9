#if Server
    import Hummingbird
    import JobReport

    extension Response {
        /// A response with a JSON document of the API.
        init(
            json document: some Encodable, status: HTTPResponse.Status = .ok, contentType: String = "application/json"
        ) {
            do {
                let bytes = try ReportJSON.encode(document, pretty: true)
                var body = ByteBuffer(bytes: bytes)
                body.writeString("\n")
                self.init(
                    status: status, headers: [.contentType: contentType, .cacheControl: "no-store"],
                    body: ResponseBody(byteBuffer: body))
            } catch {
                self.init(text: "the answer cannot be written as JSON: \(error)\n", status: .internalServerError)
            }
        }

        init(text: String, status: HTTPResponse.Status = .ok, contentType: String = "text/plain; charset=utf-8") {
            self.init(
                status: status, headers: [.contentType: contentType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
    }
#endif
