import Display
import Generators
import TestSupport
import Testing

@Suite struct FormulaTests {
  @Test(arguments: [
    (#"x^2"#, "x²"), (#"x_{ui}"#, "xᵤᵢ"), (#"X^\top X"#, "XᵀX"), (#"(X^T X + \lambda I)^{-1}"#, "(XᵀX + λI)⁻¹"),
    (#"-1"#, "−1"), (#"a-1"#, "a − 1"), (#"a \le -1"#, "a ≤ −1"), (#"\frac{a+b}{2}"#, "(a + b)/2"),
    (#"\frac{1}{|U|}"#, "1/|U|"), (#"\frac{1}{2n}"#, "1/(2n)"), (#"\sqrt{x}"#, "√x"), (#"\sqrt{a+b}"#, "√(a + b)"),
    (#"\hat{y}_i"#, "y\u{302}ᵢ"), (#"\bar x"#, "x\u{304}"), (#"\mathbb{R}^n"#, "ℝⁿ"), (#"\mathcal{L}"#, "ℒ"),
    (#"\sum_{i=1}^n x_i"#, "∑ᵢ₌₁ⁿ xᵢ"), (#"\|x\|_2^2"#, "‖x‖₂²"), (#"\text{если } x > 0"#, "если x > 0"),
    (#"f'(x)"#, "f′(x)"), (#"\log x"#, "log x"), (#"\log(x)"#, "log(x)"), (#"a \to b"#, "a → b"),
    (#"\operatorname{diag}(B) = 0"#, "diag(B) = 0"), (#"\begin{pmatrix}1 & 0\\0 & 1\end{pmatrix}"#, "(1  0; 0  1)"),
    (#"x^{a,b}"#, "x^(a,b)"), (#"x_q"#, "x_q"), (#"\unknown y"#, #"\unknowny"#), ("", ""), ("{", ""), ("^", ""),
    (#"1, \dots, n"#, "1, …, n"), (#"P_{ij} / P_{jj}"#, "Pᵢⱼ/Pⱼⱼ"), (#"p < 0{,}05"#, "p < 0,05"), (#"x^{+}"#, "x⁺"),
  ])
  func setsOnOneLine(_ tex: String, expected: String) {
    #expect(Formula(tex).inline == expected)
  }

  @Test func theSeminarsFormulas() throws {
    let formulas = [
      #"\min_B \|X - XB\|_F^2 + \lambda \|B\|_F^2 \quad \text{при условии } \operatorname{diag}(B) = 0"#,
      #"P = (X^\top X + \lambda I)^{-1}, \qquad B_{ij} = -\frac{P_{ij}}{P_{jj}}, \quad i \ne j"#,
      #"B = I - P \cdot \operatorname{diag}\left(\frac{1}{\operatorname{diag} P}\right)"#,
      #"\min_{p, q} \sum_{(u, i) \in R} (r_{ui} - p_u^\top q_i)^2 + \lambda \left(\sum_u \|p_u\|^2 + \sum_i \|q_i\|^2\right)"#,
      #"p_u = \left(\sum_{i \in I_u} q_i q_i^\top + \lambda I\right)^{-1} \sum_{i \in I_u} r_{ui} q_i"#,
      #"x_u = (Y^\top Y + Y^\top (C^u - I) Y + \lambda I)^{-1} Y^\top C^u p_u"#,
      #"L = \sum_{u, i} c_{ui} (p_{ui} - x_u^\top y_i)^2 + \lambda \left(\|X\|_F^2 + \|Y\|_F^2\right), \quad c_{ui} = 1 + \alpha r_{ui}"#,
      #"\hat r_{ui} = \mu + b_u + b_i + q_i^\top p_u"#,
      #"\text{recall@}k = \frac{1}{|U|} \sum_{u \in U} \frac{|R_u \cap T_u|}{|T_u|}"#,
      #"\text{RMSE} = \sqrt{\frac{1}{n} \sum_{i=1}^{n} (y_i - \hat y_i)^2}"#,
      #"\text{NDCG@}k = \frac{\sum_{i=1}^k \frac{rel_i}{\log_2(i+1)}}{\sum_{i=1}^{\min(k, |T|)} \frac{1}{\log_2(i+1)}}"#,
      #"p_{ui} = \begin{cases} 1 & r_{ui} > 0 \\ 0 & \text{иначе} \end{cases}"#,
      #"\begin{pmatrix} 0 & b_{12} & \cdots \\ b_{21} & 0 & \cdots \\ \vdots & \vdots & \ddots \end{pmatrix}"#,
      #"\begin{aligned} m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\ \hat m_t &= \frac{m_t}{1 - \beta_1^t} \end{aligned}"#,
      #"S = X - (K^{-1}X) \oslash \operatorname{diag}(P), \quad K = XX^\top + \lambda I \in \mathbb{R}^{n \times n}"#,
    ]
    try expectGolden(
      sections(formulas.map { ($0, Formula($0).inline + "\n\n" + Formula($0).display.joined(separator: "\n")) }),
      "formulas.txt")
  }

  @Test func anythingIsSetSomehow() {
    var generator = SplitMix(state: 6)
    let pieces = [
      "\\frac", "{", "}", "^", "_", "\\sum", "x", "1", "+", "\\left(", "\\right)", "\\begin{pmatrix}", "\\end{pmatrix}",
      "&", "\\\\", "\\sqrt", "[", "]", "\\hat", "\\text{", "\\mathbb{", "'", "|", "\\|", " ", "寿", "\u{1B}", "\\", "%",
      "\n", "\\begin{cases}", "\\underset", "\\not", "-",
    ]
    for _ in 0..<2000 {
      let count = Int.random(in: 0...60, using: &generator)
      let tex = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      let formula = Formula(tex)
      #expect(isSafe(formula.inline) && isSafe(formula.display.joined(separator: "\n")), "\(tex)")
    }
    for tex in ["{", "'", "^", "\\frac", "x^", "\\left(", "\\begin{cases}", "\\sqrt["] {
      _ = Formula(String(repeating: tex, count: 3000)).display
    }
  }
}
