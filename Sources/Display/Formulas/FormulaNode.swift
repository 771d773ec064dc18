/// A formula as a tree: which parts follow, are raised above or stand below which.
indirect enum FormulaNode: Sendable, Equatable {
  /// How much room a symbol wants on its sides.
  enum Kind: Sendable, Equatable {
    case ordinary
    /// `log`, `min`: a space before its argument, unless that stands in parentheses.
    case function
    /// `∑`: a space before its argument in any case.
    case large
    case binary
    case relation
    case open
    case close
    case punctuation
    case space
  }

  case symbol(String, Kind)
  case row([FormulaNode])
  case script(FormulaNode, below: FormulaNode?, above: FormulaNode?)
  /// A sum or `min`, with what stands under and over it.
  case limits(FormulaNode, below: FormulaNode?, above: FormulaNode?)
  case fraction(FormulaNode, FormulaNode)
  case root(FormulaNode, degree: FormulaNode?)
  /// A combining mark over every character.
  case accent(String, FormulaNode)
  case fenced(String, FormulaNode, String)
  case matrix([[FormulaNode]], MatrixStyle)

  struct MatrixStyle: Sendable, Equatable {
    var left = ""
    var right = ""
    var columns = Columns.centered
    enum Columns: Sendable, Equatable {
      case centered
      case left
      /// Right and left in turn: `a &= b`.
      case aligned
    }
  }

  /// The kind a neighbour sees.
  var kind: Kind {
    switch self {
    case .symbol(_, let kind): kind
    case .script(let base, _, _), .limits(let base, _, _): base.kind == .binary ? .ordinary : base.kind
    case .row(let nodes): nodes.count == 1 ? nodes[0].kind : .ordinary
    default: .ordinary
    }
  }

  /// Whether it stands in brackets of its own: neighbours see one that opens, then one that closes.
  var isFenced: Bool {
    switch self {
    case .fenced(let left, _, _): !left.isEmpty
    case .matrix(_, let style): !style.left.isEmpty
    case .script(let base, _, _): base.isFenced
    default: false
    }
  }
}
