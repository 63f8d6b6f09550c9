import COTLP
import Telemetry

/// A repeated field of attributes.
typealias EncodedAttributes = RepeatedField<UnsafeMutablePointer<Otlp__KeyValue>?>

extension MessageArena {
    func attributes(_ attributes: [Attribute]) -> EncodedAttributes {
        messages(attributes, otlp__key_value__init) { attribute, message in
            message.key = text(attribute.key)
            message.value = value(attribute.value)
        }
    }

    func value(_ value: AttributeValue) -> UnsafeMutablePointer<Otlp__AnyValue> {
        message(otlp__any_value__init) { fill(&$0, with: value) }
    }

    private func fill(_ message: inout Otlp__AnyValue, with value: AttributeValue) {
        switch value {
        case .string(let string):
            message.value_case = OTLP__ANY_VALUE__VALUE_STRING_VALUE
            message.string_value = text(string)
        case .bool(let bool):
            message.value_case = OTLP__ANY_VALUE__VALUE_BOOL_VALUE
            message.bool_value = bool ? 1 : 0
        case .int(let int):
            message.value_case = OTLP__ANY_VALUE__VALUE_INT_VALUE
            message.int_value = int
        case .double(let double):
            message.value_case = OTLP__ANY_VALUE__VALUE_DOUBLE_VALUE
            message.double_value = double
        case .array(let elements):
            message.value_case = OTLP__ANY_VALUE__VALUE_ARRAY_VALUE
            message.array_value = self.message(otlp__array_value__init) { list in
                (list.n_values, list.values) = messages(elements, otlp__any_value__init) { fill(&$1, with: $0) }
            }
        }
    }

    func resource(_ resource: TelemetryResource) -> UnsafeMutablePointer<Otlp__Resource> {
        message(otlp__resource__init) { message in
            (message.n_attributes, message.attributes) = attributes(resource.attributes)
        }
    }

    func scope(_ scope: InstrumentationScope) -> UnsafeMutablePointer<Otlp__InstrumentationScope> {
        message(otlp__instrumentation_scope__init) { message in
            message.name = text(scope.name)
            message.version = text(scope.version)
        }
    }
}

/// The records of one scope.
typealias ScopedRecords<Record> = (scope: InstrumentationScope, records: [Record])

/// Groups records by their scope, whether or not they are adjacent. Scopes are in the order of their first record.
func grouped<Record>(_ records: [Record], by scope: (Record) -> InstrumentationScope) -> [ScopedRecords<Record>] {
    var positions: [InstrumentationScope: Int] = [:]
    var groups: [ScopedRecords<Record>] = []
    for record in records {
        let scope = scope(record)
        if let position = positions[scope] {
            groups[position].records.append(record)
        } else {
            positions[scope] = groups.count
            groups.append((scope, [record]))
        }
    }
    return groups
}
