import CCurl

/// The libcurl multi handle.
///
/// All methods belong to the I/O thread except `wake()`, which libcurl allows from any thread until `close()`.
final class MultiHandle: @unchecked Sendable {  // Only wake() crosses threads; see above.
    private let pointer: UnsafeMutableRawPointer
    private var isClosed = false

    init(maximumConnections: Int) throws(HTTPClientError) {
        guard Self.libraryResult == CURLE_OK else {
            throw HTTPClientError(
                .system, "libcurl cannot start: \(String(cString: curl_easy_strerror(Self.libraryResult)))")
        }
        guard let pointer = curl_multi_init() else {
            throw HTTPClientError(.system, "libcurl cannot start: out of memory")
        }
        self.pointer = pointer
        try check(ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, maximumConnections), "limit its connections")
    }

    deinit { close() }

    /// Closes all connections; no method may be called afterwards. Every transfer must have been removed before.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        // curl_multi_cleanup fails only for a pointer that is not a multi handle.
        _ = curl_multi_cleanup(pointer)
    }

    func add(_ handle: EasyHandle) throws(HTTPClientError) {
        try check(curl_multi_add_handle(pointer, handle.pointer), "start a transfer")
    }

    func remove(_ handle: EasyHandle) throws(HTTPClientError) {
        try check(curl_multi_remove_handle(pointer, handle.pointer), "end a transfer")
    }

    /// Advances all transfers without waiting.
    func perform() throws(HTTPClientError) {
        var running: Int32 = 0
        try check(curl_multi_perform(pointer, &running), "move transfers on")
    }

    /// Waits for network activity, for `wake()`, or until the time has passed.
    func wait(milliseconds: Int) throws(HTTPClientError) {
        try check(curl_multi_poll(pointer, nil, 0, Int32(clamping: milliseconds), nil), "wait for its connections")
    }

    /// Ends the current wait, or the next one. May be called from any thread.
    func wake() {
        // The only failure is a closed pipe, and then the loop has ended already.
        _ = curl_multi_wakeup(pointer)
    }

    /// The next finished transfer, by its handle's identity, with libcurl's result.
    func nextFinished() -> (identity: UInt, result: CURLcode)? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(pointer, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            return (UInt(bitPattern: message.pointee.easy_handle), ccurl_message_result(message))
        }
        return nil
    }

    private func check(_ code: CURLMcode, _ doing: String) throws(HTTPClientError) {
        guard code == CURLM_OK else {
            throw HTTPClientError(
                .system, "libcurl cannot \(doing): \(String(cString: curl_multi_strerror(code)))")
        }
    }

    /// The result of libcurl's global initialisation, which runs once per process.
    private static let libraryResult = ccurl_global_init()
}
