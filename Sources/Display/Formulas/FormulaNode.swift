/// A formula as a tree of symbols, scripts, fractions, roots, fences and matrices.
indirect enum FormulaNode: Sendable, Equatable {
  /// The class of a symbol, which decides the space around it.
  enum Kind: Sendable, Equatable {
    case ordinary
    /// `log`, `min`: a space before the argument, unless it is in parentheses.
    case function
    /// `∑`: always a space before the argument.
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
  /// A sum or `min` with limits below and above it.
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
      /// Columns alternately aligned right and left: `a &= b`.
      case aligned
    }
  }

  /// The class that neighbours see, for spacing.
  var kind: Kind {
    switch self {
    case .symbol(_, let kind): kind
    case .script(let base, _, _), .limits(let base, _, _): base.kind == .binary ? .ordinary : base.kind
    case .row(let nodes): nodes.count == 1 ? nodes[0].kind : .ordinary
    default: .ordinary
    }
  }

  /// Whether the node is in brackets, so that its neighbours see an opening and a closing bracket.
  var isFenced: Bool {
    switch self {
    case .fenced(let left, _, _): !left.isEmpty
    case .matrix(_, let style): !style.left.isEmpty
    case .script(let base, _, _): base.isFenced
    default: false
    }
  }
}
