/// This SDK, as it names itself in `telemetry.sdk.…`.
public enum TelemetrySDK {
    /// The SDK's name. The name `opentelemetry` is reserved for official SDKs.
    public static let name = "coordinator"
    /// The language, as the conventions write it.
    public static let language = "swift"
    /// The version of this package. It is defined here only; all other code reads it.
    public static let version = "0.2.0"
}
