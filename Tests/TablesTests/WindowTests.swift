import Diagnostics
import Tables
import Testing

@Suite struct WindowTests {
  private let keys = Column(["x", "y", "x", "x", "y", nil])
  private let scores = Column([3, 1, 3, nil, 5, 9])

  @Test func `numbers in the order of the window`() throws {
    let window = try Window(partition: [keys], order: [SortKey(scores, descending: true)], count: 6)
    #expect(try window.rowNumbers().all == [1, 2, 2, 3, 1, 1].map { .integer($0) })
    #expect(try window.ranks().all == [1, 2, 1, 3, 1, 1].map { .integer($0) })
    #expect(try window.denseRanks().all == [1, 2, 1, 2, 1, 1].map { .integer($0) })
  }

  @Test func `neighbours and sums in the order of the table`() throws {
    let window = try Window(partition: [keys], count: 6)
    #expect(try window.lag(scores, by: 1).equals(Column([nil, nil, 3, 3, 1, nil])))
    #expect(try window.lag(scores, by: -1).equals(Column([3, 5, nil, nil, nil, nil])))
    #expect(try window.lag(scores, by: .min).nullCount == 6)
    #expect(try window.cumulativeSums(scores).equals(Column([3, 1, 6, nil, 6, 9])))
    #expect(try window.cumulativeMaxima(scores).equals(Column([3, 1, 3, nil, 5, 9])))
    #expect(try window.aggregate(.sum, of: scores).equals(Column([6, 6, 6, 6, 6, 9])))
    let floats = try window.cumulativeSums(Column([0.5, 1, 1, nil, 2, 3] as [Double?]))
    #expect(floats.equals(Column([0.5, 1, 1.5, nil, 3, 3] as [Double?])))
  }

  @Test func `the whole table is one window`() throws {
    let window = try Window(partition: [], order: [SortKey(scores)], count: 6)
    #expect(try window.ranks().all == [2, 1, 2, 6, 4, 5].map { .integer($0) })
    #expect(try window.cumulativeSums(scores).equals(Column([4, 1, 7, nil, 12, 21])))
    #expect(try Window(partition: [], count: 0).rowNumbers().count == 0)
  }

  @Test func `a running sum past the type is an error`() throws {
    let window = try Window(partition: [], count: 2)
    do {
      _ = try window.cumulativeSums(Column([Int64.max, 1]))
      Issue.record("no error")
    } catch {
      #expect(error.message == "the running sum overflows i64 in row 1")
    }
  }
}
