/// What bounds the control socket on both sides.
package struct ControlLimits: Sendable, Hashable {
    /// The most bytes of a request or an answer, its line break among them: room for the largest answer to a suspended
    /// attempt, twice, since text may double when it is quoted.
    package var lineBytes = 3 << 20
    /// How long a whole line may take to arrive or to be taken.
    package var lineTime = Duration.seconds(5)
    /// How long the holder may take to do what was asked: twice what a store has for one append.
    package var answerTime = Duration.seconds(15)
    /// The most connections that are served at once; a further one is told to come again.
    package var connections = 16

    package init() {}
}
