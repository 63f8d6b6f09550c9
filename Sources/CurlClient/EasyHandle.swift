import CCurl
import Support

/// One libcurl easy handle and all memory that it points at while a transfer runs. Confined to the I/O thread.
final class EasyHandle {
    /// Identifies the handle as long as it lives.
    var identity: UInt { UInt(bitPattern: pointer) }

    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var body: UnsafeMutableBufferPointer<UInt8>?
    private var headerList: UnsafeMutablePointer<curl_slist>?

    init() throws(HTTPClientError) {
        guard let pointer = curl_easy_init() else {
            throw HTTPClientError(.system, "libcurl cannot make a transfer: out of memory")
        }
        self.pointer = pointer
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(pointer)
        errorText.deallocate()
        releaseRequest()
    }

    /// Prepares a transfer; `receiver` must outlive it.
    func prepare(
        _ valid: ValidatedRequest, configuration: HTTPClientConfiguration, remaining: Duration, receiver: Transfer
    ) throws(HTTPClientError) {
        let request = valid.request
        try set(CURLOPT_URL, request.url)
        try check(ccurl_allow_only_http(pointer))
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_PATH_AS_IS, 1)
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try set(CURLOPT_CONNECTTIMEOUT_MS, max(1, configuration.connectTimeout.wholeMilliseconds))
        // Rounded up: a transfer that timed out before its deadline would be reported as one that got no connection.
        try set(CURLOPT_TIMEOUT_MS, max(0, remaining.wholeMilliseconds) + 1)
        try set(CURLOPT_MAXAGE_CONN, max(1, configuration.maximumIdleTime.wholeMilliseconds / 1_000))
        try set(CURLOPT_MAXLIFETIME_CONN, max(1, configuration.maximumConnectionAge.wholeMilliseconds / 1_000))
        if receiver.pending.upload != nil { try setUpload(request) } else { try setBody(of: request) }
        try setHeaders(of: request)
        try setFiles(request.tls)

        let context = Unmanaged.passUnretained(receiver).toOpaque()
        try check(ccurl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText))
        try check(ccurl_set_pointer(pointer, CURLOPT_WRITEDATA, context))
        try check(ccurl_set_pointer(pointer, CURLOPT_HEADERDATA, context))
        try check(ccurl_set_pointer(pointer, CURLOPT_READDATA, context))
        try check(
            ccurl_set_receiver(pointer, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                EasyHandle.deliver(bytes, size * count, to: context) { $0.receive(body: $1) }
            })
        try check(
            ccurl_set_receiver(pointer, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                EasyHandle.deliver(bytes, size * count, to: context) {
                    $0.receive(headerLine: $1) ? .taken : .refused
                }
            })
    }

    /// Makes the handle ready for another transfer; its connection stays with the multi handle.
    func reset() {
        curl_easy_reset(pointer)
        errorText[0] = 0
        releaseRequest()
    }

    /// Goes on with a paused transfer; libcurl may deliver bytes that it kept before this returns.
    func resume() -> CURLcode { ccurl_resume(pointer) }

    /// The status code of the response received, 0 when there is none.
    func status() throws(HTTPClientError) -> Int {
        try value(CURLINFO_RESPONSE_CODE)
    }

    /// The status code of a proxy's answer to the request for a tunnel, 0 when there was none.
    func tunnelStatus() throws(HTTPClientError) -> Int {
        try value(CURLINFO_HTTP_CONNECTCODE)
    }

    /// The system's error number of the last failed connection attempt, 0 when there was none.
    func systemError() throws(HTTPClientError) -> Int {
        try value(CURLINFO_OS_ERRNO)
    }

    /// OpenSSL's number for the result of the last certificate's verification; 0 when there was no fault.
    func verification() throws(HTTPClientError) -> Int {
        try value(CURLINFO_SSL_VERIFYRESULT)
    }

    /// libcurl's text about the last failure, empty when it has none.
    var failureText: String { String(cString: errorText) }

    private func value(_ info: CURLINFO) throws(HTTPClientError) -> Int {
        var value = 0
        try check(ccurl_get_long(pointer, info, &value))
        return value
    }

    private func setBody(of request: HTTPRequest) throws(HTTPClientError) {
        let mayHaveBody = ["POST", "PUT", "PATCH"].contains(request.method)
        guard mayHaveBody || !request.body.isEmpty else {
            if request.method == "HEAD" { return try set(CURLOPT_NOBODY, 1) }
            return try set(CURLOPT_CUSTOMREQUEST, request.method)
        }
        // libcurl reads the bytes while the transfer runs. One extra byte makes sure that an empty body has an address.
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: request.body.count + 1)
        _ = copy.initialize(from: request.body)
        body = copy
        try set(CURLOPT_POST, 1)
        try check(ccurl_set_pointer(pointer, CURLOPT_POSTFIELDS, copy.baseAddress))
        try check(ccurl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)))
        if request.method != "POST" { try set(CURLOPT_CUSTOMREQUEST, request.method) }
        if request.isSentOnce { try set(CURLOPT_FRESH_CONNECT, 1) }
    }

    private func setUpload(_ request: HTTPRequest) throws(HTTPClientError) {
        try set(CURLOPT_UPLOAD, 1)
        try set(CURLOPT_CUSTOMREQUEST, request.method)
        // A streamed body cannot be sent a second time, so it must not go over a kept connection that may have died.
        try set(CURLOPT_FRESH_CONNECT, 1)
        try check(
            ccurl_set_receiver(pointer, CURLOPT_READFUNCTION) { bytes, size, count, context in
                guard let context, let bytes else { return ccurl_abort_sending() }
                let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                let target = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
                switch transfer.pending.upload?.read(into: target) ?? .failed {
                case .bytes(let count): return count
                case .end: return 0
                case .notNow: return ccurl_pause_sending()
                case .failed: return ccurl_abort_sending()
                }
            })
    }

    private func setHeaders(of request: HTTPRequest) throws(HTTPClientError) {
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        // A line without a value removes a header that libcurl would add: the wait for 100, and a wrong content type.
        for name in ["Expect", "Content-Type"] where !request.headers.contains(where: { $0.hasName(name) }) {
            lines.append("\(name):")
        }
        for line in lines {
            guard let longer = curl_slist_append(headerList, line) else {
                throw HTTPClientError(.system, "libcurl cannot keep a header: out of memory")
            }
            headerList = longer
        }
        try check(ccurl_set_list(pointer, CURLOPT_HTTPHEADER, headerList))
    }

    private func setFiles(_ files: TLSFiles) throws(HTTPClientError) {
        if let file = files.certificateAuthority { try set(CURLOPT_CAINFO, file) }
        if let file = files.clientCertificate { try set(CURLOPT_SSLCERT, file) }
        if let file = files.clientKey { try set(CURLOPT_SSLKEY, file) }
    }

    private func set(_ option: CURLoption, _ value: Int) throws(HTTPClientError) {
        try check(ccurl_set_long(pointer, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(HTTPClientError) {
        try check(ccurl_set_string(pointer, option, value))
    }

    private func check(_ code: CURLcode) throws(HTTPClientError) {
        guard code == CURLE_OK else {
            throw HTTPClientError(
                .system, "libcurl refused an option: \(String(cString: curl_easy_strerror(code))); is it too old?")
        }
    }

    private func releaseRequest() {
        body?.deallocate()
        body = nil
        curl_slist_free_all(headerList)
        headerList = nil
    }

    private static func deliver(
        _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, to context: UnsafeMutableRawPointer?,
        _ receive: (Transfer, UnsafeRawBufferPointer) -> Transfer.Reception
    ) -> Int {
        guard let context, let bytes else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        // Any count other than the given one ends the transfer. 0 would not do for an empty part, so it is one more.
        switch receive(transfer, UnsafeRawBufferPointer(start: bytes, count: count)) {
        case .taken: return count
        case .refused: return count + 1
        case .notNow: return ccurl_pause_receiving()
        }
    }
}

extension HTTPHeader {
    fileprivate func hasName(_ other: String) -> Bool { name.lowercased() == other.lowercased() }
}

extension Duration {
    /// Whole milliseconds, rounded up so that a positive duration never becomes zero; at most libcurl's maximum.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = min(self, .longest).components
        guard seconds < Int64(Int32.max) / 1_000 else { return Int(Int32.max) }
        return Int(seconds) * 1_000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
