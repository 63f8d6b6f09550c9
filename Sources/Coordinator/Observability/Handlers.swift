import CoreMetrics
import TelemetryCatalog

// Instruments are held as the backend's handlers: the façade's `Counter`, `Meter` and `Recorder` each carry label,
// dimensions and factory along, some hundred bytes that nothing here reads, times thirty instruments an agent.

extension MetricsFactory {
    func counter(_ instrument: InstrumentDefinition, _ dimensions: [(String, String)]) -> any CounterHandler {
        makeCounter(label: instrument.name, dimensions: dimensions)
    }

    func recorder(_ instrument: InstrumentDefinition, _ dimensions: [(String, String)]) -> any RecorderHandler {
        makeRecorder(label: instrument.name, dimensions: dimensions, aggregate: true)
    }

    func meter(_ instrument: InstrumentDefinition, _ dimensions: [(String, String)] = []) -> any MeterHandler {
        makeMeter(label: instrument.name, dimensions: dimensions)
    }
}

extension CounterHandler {
    func increment() { increment(by: 1) }
}

extension MeterHandler {
    func increment() { increment(by: 1) }
    func decrement() { decrement(by: 1) }
}
