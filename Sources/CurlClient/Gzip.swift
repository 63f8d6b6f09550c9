import CCurl

/// Compresses bytes into the gzip format, for request bodies.
///
/// zlib compresses; only the loop over its buffer is our own code, since Foundation has no compression on Linux.
///
/// - Parameter level: 1, the fastest, to 9, the smallest.
/// - Throws: ``HTTPClientError`` with code `system_error` when zlib fails, which means that memory ran out.
package func gzipped(_ bytes: [UInt8], level: Int32 = 1) throws(HTTPClientError) -> [UInt8] {
    var stream = z_stream()
    guard czlib_start_gzip(&stream, level) == Z_OK else {
        throw HTTPClientError(.system, "zlib cannot start: out of memory")
    }
    // deflateEnd fails only for a stream that was never started.
    defer { _ = deflateEnd(&stream) }

    let bound = deflateBound(&stream, uLong(bytes.count))
    var input = bytes
    var finished = false
    let output = [UInt8](unsafeUninitializedCapacity: Int(bound)) { buffer, count in
        input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = uInt(source.count)
            stream.next_out = buffer.baseAddress
            stream.avail_out = uInt(buffer.count)
            finished = deflate(&stream, Z_FINISH) == Z_STREAM_END
        }
        count = buffer.count - Int(stream.avail_out)
    }
    guard finished else { throw HTTPClientError(.system, "zlib cannot compress \(bytes.count) bytes") }
    return output
}

/// Reads bytes in the gzip format; `nil` when they are damaged, cut short, or hold more than `limit` bytes.
package func gunzipped(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
    var stream = z_stream()
    guard czlib_start_gunzip(&stream) == Z_OK else { return nil }
    // inflateEnd fails only for a stream that was never started.
    defer { _ = inflateEnd(&stream) }

    var input = bytes
    var output: [UInt8] = []
    let part = 64 << 10
    return input.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = uInt(source.count)
        while true {
            var result = Z_OK
            output += [UInt8](unsafeUninitializedCapacity: part) { buffer, count in
                stream.next_out = buffer.baseAddress
                stream.avail_out = uInt(buffer.count)
                result = inflate(&stream, Z_NO_FLUSH)
                count = buffer.count - Int(stream.avail_out)
            }
            guard output.count <= limit else { return nil }
            if result == Z_STREAM_END { return output }
            // Without an error and without progress, the bytes end too early: Z_BUF_ERROR.
            guard result == Z_OK else { return nil }
        }
    }
}
