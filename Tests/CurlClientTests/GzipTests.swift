import CurlClient
import Testing

@Suite("gzip") struct GzipTests {
    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 300_000]) func whatWasCompressedIsReadBack(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(gunzipped(try gzipped(bytes), limit: count) == bytes)
    }

    @Test func smallBytesThatHoldMoreThanTheLimitAreRefused() throws {
        let bomb = try gzipped([UInt8](repeating: 0, count: 1 << 20))
        #expect(bomb.count < 10_000)
        #expect(gunzipped(bomb, limit: 1 << 20)?.count == 1 << 20)
        #expect(gunzipped(bomb, limit: (1 << 20) - 1) == nil)
    }

    @Test func damagedBytesAreRefused() throws {
        let good = try gzipped(Array("hello hello hello".utf8))
        for count in 0..<good.count { #expect(gunzipped(Array(good.prefix(count)), limit: 100) == nil) }
        #expect(gunzipped(Array("no gzip at all".utf8), limit: 100) == nil)
    }
}
