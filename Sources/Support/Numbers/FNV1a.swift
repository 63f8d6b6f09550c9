/// The hash FNV-1a in 64 bits (Fowler, Noll and Vo): quick over short texts, the same in every process, not
/// cryptographic.
public enum FNV1a {
    /// The hash of some bytes.
    ///
    /// - Parameter salt: gives the same bytes another hash.
    @inlinable public static func hash(_ bytes: some Sequence<UInt8>, salt: UInt64 = 0) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325 ^ salt) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
