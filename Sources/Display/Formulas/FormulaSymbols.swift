/// Unicode characters for TeX's names and characters.
enum FormulaSymbols {
  static func symbol(_ name: String) -> FormulaNode? {
    if let text = ordinary[name] { return .symbol(text, .ordinary) }
    if let text = binary[name] { return .symbol(text, .binary) }
    if let text = relations[name] { return .symbol(text, .relation) }
    if let text = delimiters[name] {
      return .symbol(text, name.hasPrefix("r") ? .close : name.hasPrefix("l") ? .open : .ordinary)
    }
    if let count = spaces[name] { return .symbol(String(repeating: " ", count: count), .space) }
    if functions.contains(name) { return .symbol(name, .function) }
    return nil
  }

  static let ordinary: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "omicron": "ο", "pi": "π", "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ",
    "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "infty": "∞", "partial": "∂", "nabla": "∇", "forall": "∀", "exists": "∃", "emptyset": "∅", "varnothing": "∅",
    "ell": "ℓ", "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮",
    "ddots": "⋱", "top": "⊤", "bot": "⊥", "prime": "′", "neg": "¬", "lnot": "¬", "angle": "∠", "degree": "°",
    "%": "%", "#": "#", "$": "$", "&": "&", "_": "_", "backslash": "\\", "star": "⋆", "checkmark": "✓",
  ]

  static let binary: [String: String] = [
    "cdot": "·", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "circ": "∘", "odot": "⊙", "oslash": "⊘",
    "otimes": "⊗", "oplus": "⊕", "ominus": "⊖", "cup": "∪", "cap": "∩", "setminus": "∖", "wedge": "∧", "land": "∧",
    "vee": "∨", "lor": "∨", "bullet": "•",
  ]

  static let relations: [String: String] = [
    "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ne": "≠", "neq": "≠", "ll": "≪",
    "gg": "≫", "approx": "≈", "equiv": "≡", "sim": "∼", "simeq": "≃", "cong": "≅", "propto": "∝", "in": "∈",
    "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇", "to": "→",
    "rightarrow": "→", "leftarrow": "←", "gets": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "Leftarrow": "⇐",
    "Leftrightarrow": "⇔", "iff": "⇔", "implies": "⇒", "mapsto": "↦", "longrightarrow": "⟶", "uparrow": "↑",
    "downarrow": "↓", "mid": "|", "parallel": "∥", "perp": "⊥", "coloneqq": "≔", "triangleq": "≜", "succ": "≻",
    "prec": "≺", "succeq": "⪰", "preceq": "⪯", "leadsto": "⇝", "hookrightarrow": "↪", "models": "⊨", "vdash": "⊢",
  ]

  static let delimiters: [String: String] = [
    "|": "‖", "Vert": "‖", "lVert": "‖", "rVert": "‖", "vert": "|", "lvert": "|", "rvert": "|", "{": "{", "}": "}",
    "lbrace": "{", "rbrace": "}", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈",
    "rceil": "⌉", "lbrack": "[", "rbrack": "]",
  ]

  static let spaces: [String: Int] = [
    ",": 1, ":": 1, ";": 1, " ": 1, "!": 0, "quad": 3, "qquad": 6, "thinspace": 1, "enspace": 1, "space": 1,
  ]

  static let functions: Set<String> = [
    "log", "ln", "lg", "exp", "sin", "cos", "tan", "cot", "tanh", "sinh", "cosh", "det", "dim", "ker", "rank", "tr",
    "diag", "sgn", "sign", "softmax", "Pr", "deg", "gcd", "arg",
  ]

  /// Operators whose scripts are limits below and above.
  static let operators: [String: String] = [
    "sum": "∑", "prod": "∏", "int": "∫", "bigcup": "⋃", "bigcap": "⋂", "bigoplus": "⨁", "min": "min", "max": "max",
    "inf": "inf", "sup": "sup", "lim": "lim", "argmin": "arg min", "argmax": "arg max", "limsup": "lim sup",
    "liminf": "lim inf", "iint": "∬", "oint": "∮",
  ]

  /// Combining marks.
  static let accents: [String: String] = [
    "hat": "\u{302}", "widehat": "\u{302}", "bar": "\u{304}", "overline": "\u{305}", "tilde": "\u{303}",
    "widetilde": "\u{303}", "dot": "\u{307}", "ddot": "\u{308}", "vec": "\u{20D7}", "check": "\u{30C}",
    "underline": "\u{332}",
  ]

  /// Letters of `\mathbb`.
  static func blackboard(_ character: Character) -> String {
    let known: [Character: String] = [
      "C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ", "1": "𝟙",
    ]
    return known[character] ?? letter(character, from: 0x1D538)
  }

  /// Letters of `\mathcal`.
  static func script(_ character: Character) -> String {
    let known: [Character: String] = [
      "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ",
    ]
    return known[character] ?? letter(character, from: 0x1D49C)
  }

  /// A capital letter in the alphabet that begins at `start`; other characters are returned unchanged.
  private static func letter(_ character: Character, from start: UInt32) -> String {
    guard let ascii = character.asciiValue, (0x41...0x5A).contains(ascii),
      let scalar = Unicode.Scalar(start + UInt32(ascii) - 0x41)
    else { return String(character) }
    return String(scalar)
  }

  private static func mapping(_ plain: String, _ changed: String) -> [Character: Character] {
    Dictionary(zip(plain, changed)) { first, _ in first }
  }

  private static let superscripts = mapping(
    "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ⊤∗*′ ",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡᵀ**′ ")

  private static let subscripts = mapping(
    "0123456789+−=()aehijklmnoprstuvxβγρφχ ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ ")

  /// The text in superscript characters; nil if some character has none.
  static func raised(_ text: String) -> String? { mapped(text, superscripts) }
  /// The text in subscript characters; nil if some character has none.
  static func lowered(_ text: String) -> String? { mapped(text, subscripts) }

  /// Whether a character is a superscript or a subscript.
  static func isScript(_ character: Character) -> Bool {
    superscripts.values.contains(character) || subscripts.values.contains(character)
  }

  private static func mapped(_ text: String, _ map: [Character: Character]) -> String? {
    var result = ""
    for character in text {
      guard let changed = map[character] else { return nil }
      result.append(changed)
    }
    return result
  }
}
