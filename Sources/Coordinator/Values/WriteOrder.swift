/// A contribution's position in the fold of its field, whenever the contribution arrived.
///
/// Positions compare by stage, round, stage within the round, registration and item, in this order. So round 2 of a
/// repeat follows round 1 as a whole, and items follow each other by their indices.
public struct WriteOrder: Sendable, Hashable, Comparable {
    /// The number of agents before the writer on the longest chain of needs; that of the repeat for an agent of one.
    public let stage: Int
    /// The round, from 1; 0 outside of a repeat.
    public let round: Int
    /// The writer's stage among the agents of its repeat; 0 outside of one.
    public let stageInRound: Int
    /// The writer's position among all registered agents.
    public let registration: Int
    /// The item's index; 0 for an agent that is not run once an item.
    public let item: Int

    /// Makes a position.
    public init(stage: Int, round: Int = 0, stageInRound: Int = 0, registration: Int, item: Int = 0) {
        self.stage = stage
        self.round = round
        self.stageInRound = stageInRound
        self.registration = registration
        self.item = item
    }

    /// Whether one position comes before the other.
    public static func < (left: WriteOrder, right: WriteOrder) -> Bool {
        if left.stage != right.stage { return left.stage < right.stage }
        if left.round != right.round { return left.round < right.round }
        if left.stageInRound != right.stageInRound { return left.stageInRound < right.stageInRound }
        if left.registration != right.registration { return left.registration < right.registration }
        return left.item < right.item
    }
}
