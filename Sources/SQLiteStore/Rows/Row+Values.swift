import GRDB

extension Row {
    /// A column's value; `nil` for NULL, and for a value of another type, as a damaged file may hold it. GRDB's subscripts
    /// end the process there.
    func value<Value: DatabaseValueConvertible>(_ index: Int, as type: Value.Type = Value.self) -> Value? {
        Value.fromDatabaseValue(self[index] as DatabaseValue)
    }
}
