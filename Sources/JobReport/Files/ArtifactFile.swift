/// One file that an artifact, or a part of it, becomes.
struct ArtifactFile: Sendable {
    /// Relative to the run's folder, such as `artifacts/patch.diff`.
    let path: String
    /// Its name as the artifact has it, for people.
    let title: String
    /// What it holds.
    let text: String
}
