extension Encoder {
    /// Encodes an object with these members in this order. A member without a value is null and not missing, so that a
    /// reader in another language finds every documented key.
    package func encodeMembers<Key: CodingKey, each Value: Encodable>(
        of _: Key.Type, _ members: repeat (key: Key, value: each Value)
    ) throws {
        var container = container(keyedBy: Key.self)
        repeat try container.encode((each members).value, forKey: (each members).key)
    }
}
