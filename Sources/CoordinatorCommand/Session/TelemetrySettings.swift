import LanguageModels
import OTLPExporter
import Telemetry

/// What the environment says of telemetry, read once for all who ask: the process that records, and `doctor`.
struct TelemetrySettings: Sendable {
    let telemetry: TelemetryConfiguration
    /// `nil` where nothing is to be exported by OTLP.
    let otlp: OTLPConfiguration?
    let resource: TelemetryResource
    /// What is wrong with the values of variables, a sentence each.
    let warnings: [String]

    init(environment: [String: String]) {
        telemetry = TelemetryConfiguration(environment: environment)
        otlp = OTLPConfiguration(environment: environment)
        let (resource, ofResource) = ResourceDetection.detect(environment: environment)
        self.resource = resource
        warnings =
            telemetry.warnings + (otlp?.warnings ?? []) + ofResource
            + ModelConfiguration.warnings(environment: environment)
    }
}
