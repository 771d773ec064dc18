public import Diagnostics
import Recommenders
public import Tables

extension Dataset {
  /// One row per user with the user's distinct items: `user_id, ids`. Metrics compare lists with it.
  public func heldOut() throws(Diagnostic) -> Table {
    var offsets = [0]
    var held: [Int32] = []
    for user in 0..<Int32(users.count) {
      held += interactions.items(of: user)
      offsets.append(held.count)
    }
    let ids = try items.ids(at: held)
    let lists = ListValues(offsets: Buffer(offsets), child: ids)
    return Table([(userColumn, users.ids), ("ids", Column(.list(ids.type), .list(lists)))])
  }
}
