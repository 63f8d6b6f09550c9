extension String {
    /// The text with some of its scalars written otherwise.
    ///
    /// - Parameter escape: how a scalar is written; `nil` where it stands for itself.
    package func escaping(_ escape: (Unicode.Scalar) -> String?) -> String {
        var result = ""
        result.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            if let escaped = escape(scalar) {
                result += escaped
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
