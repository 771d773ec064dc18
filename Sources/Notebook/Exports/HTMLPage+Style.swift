extension HTMLPage {
  /// For phones, projectors, dark mode and print. Wide content scrolls in a box of its own.
  static let style = """
    :root { color-scheme: light dark; --text: #1d1d1f; --back: #fff; --dim: #6b6b70; --line: #c8c8cc; --code: #f5f5f3;
      --mark: #1d5f8a; --verb: #1d5f8a; --function: #6a3d9a; --option: #7a4b00; --name: #00635b; --text-code: #8a2f2f;
      --number: #234fa0; --error: #a11 }
    @media (prefers-color-scheme: dark) { :root { --text: #e4e4e2; --back: #16181b; --dim: #a0a0a6; --line: #43464c;
      --code: #22262b; --mark: #7fb8d8; --verb: #8cc4e6; --function: #c9a6ec; --option: #e0b877; --name: #79cfc4;
      --text-code: #eaa3a0; --number: #a6c1f5; --error: #ff8a80 } }
    * { box-sizing: border-box }
    html { -webkit-text-size-adjust: 100% }
    body { margin: 0; padding: 0 1rem 4rem; color: var(--text); background: var(--back);
      font: 1.05rem/1.55 system-ui, "Noto Sans", sans-serif; overflow-wrap: anywhere }
    main, nav { max-width: 62rem; margin: 0 auto; min-width: 0 }
    main { padding-top: 1.5rem }
    h1, h2, h3 { line-height: 1.25; margin: 2.2rem 0 .8rem; scroll-margin-top: 1rem }
    h1 { margin-top: .5rem }
    a { color: var(--mark) }
    pre, code { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .9rem }
    pre { overflow-x: auto; margin: .4rem 0; line-height: 1.35; overflow-wrap: normal }
    main > pre, blockquote pre, li pre { background: var(--code); border-radius: 6px; padding: .6em .8em }
    :not(pre) > code { background: var(--code); border-radius: 4px; padding: .1em .3em }
    .cell { margin: 1.2rem 0; position: relative }
    .code { background: var(--code); border-left: 3px solid var(--mark); border-radius: 0 6px 6px 0; padding: .6em .8em }
    .output { padding: 0 .8em; line-height: 1.25 }
    .slot { display: inline-block; width: 1ch; line-height: 1; font-style: normal; text-align: center }
    .error { color: var(--error) }
    .next { border: 0; border-top: 1px dashed var(--line); margin: .9rem .8em }
    .label { color: var(--mark); font: .8rem ui-monospace, monospace }
    .copy { position: absolute; top: 0; right: 0; font: .75rem system-ui, sans-serif; color: var(--dim);
      background: none; border: 1px solid transparent; border-radius: 4px; padding: .1em .5em; cursor: pointer }
    .copy:hover, .copy:focus-visible { color: var(--text); border-color: var(--line) }
    .verb, .command { color: var(--verb); font-weight: 600 } .function { color: var(--function) }
    .option { color: var(--option) } .name { color: var(--name) } .model { color: var(--function); font-weight: 600 }
    .keyword { color: var(--verb) } .text { color: var(--text-code) } code .number { color: var(--number) }
    .comment { color: var(--dim); font-style: italic }
    .scroll { overflow-x: auto; margin: .6rem 0 }
    table { border-collapse: collapse; font-size: .95rem }
    th, td { border-bottom: 1px solid var(--line); padding: .25em .7em; vertical-align: top; text-align: left }
    .data { font-variant-numeric: tabular-nums; overflow-wrap: normal }
    .data td, .data th { white-space: nowrap }
    .data caption { text-align: left; color: var(--dim); font-size: .85rem; padding: 0 .7em }
    .data thead th { border-bottom: 2px solid var(--line); cursor: pointer }
    .data small { display: block; font-weight: 400; color: var(--dim) }
    .data .number { text-align: right } .null, .gap td { color: var(--dim) }
    th[aria-sort=ascending] small::after { content: " ▲" } th[aria-sort=descending] small::after { content: " ▼" }
    figure { margin: .8rem 0 } figure svg, figure img { max-width: 100%; height: auto }
    figcaption { color: var(--dim); font-size: .9rem }
    math { max-width: 100%; overflow-x: auto; overflow-y: hidden }
    math[display=block] { display: block math; padding: .3rem 0 }
    blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--dim) }
    details { border: 1px solid var(--line); border-radius: 6px; padding: .5em .9em; margin: 1rem 0 }
    summary { cursor: pointer; font-weight: 600 }
    nav { padding-top: 1rem; font-size: .95rem }
    nav h2 { font-size: 1rem; margin: .5rem 0; color: var(--dim) }
    nav ul { list-style: none; margin: 0; padding: 0 }
    nav a { text-decoration: none } nav a:hover { text-decoration: underline }
    nav .level2 { padding-left: 1rem } nav .level3 { padding-left: 2rem }
    @media (min-width: 87rem) {
      body { display: grid; grid-template-columns: 17rem minmax(0, 62rem); gap: 3rem; justify-content: center }
      nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; margin: 0; padding-bottom: 2rem }
      main { margin: 0; width: 100% }
      body:not(:has(nav)) { display: block }
    }
    @media (min-width: 110rem) { html { font-size: 115% } }
    @page { margin: 1.5cm }
    @media print {
      :root { color-scheme: light; --text: #000; --back: #fff; --dim: #555; --line: #bbb; --code: #f5f5f3;
        --mark: #1d5f8a; --verb: #1d5f8a; --function: #6a3d9a; --option: #7a4b00; --name: #00635b; --text-code: #8a2f2f;
        --number: #234fa0; --error: #a11 }
      body { display: block; padding: 0; font-size: 10pt }
      nav, .copy { display: none }
      main { max-width: none; padding: 0 }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; overflow: visible }
      .output { font-size: .65rem }
      .scroll { overflow: visible } .data { font-size: .7rem } .data td, .data th { white-space: normal; padding: .2em .4em }
      h1, h2, h3, .code, .label { break-after: avoid } .code, .scroll, figure, tr { break-inside: avoid }
      .scroll:has(tr:nth-child(16)) { break-inside: auto }
      .label { display: block }
      a[href^=http]::after { content: " (" attr(href) ")"; font-size: .8em; color: var(--dim) }
      td a[href^=http]::after, .output a[href^=http]::after { content: none }
    }
    """

  /// Copy buttons, sorting by a click on a column header, and opening all answers for printing.
  package static let script = """
    (() => {
      const words = document.body.dataset;
      for (const code of document.querySelectorAll("pre.code")) {
        const button = document.createElement("button");
        button.type = "button"; button.className = "copy"; button.textContent = words.copy;
        button.onclick = async () => {
          const text = code.textContent;
          try { await navigator.clipboard.writeText(text); } catch {
            const area = document.createElement("textarea");
            area.value = text; document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
          }
          button.textContent = words.copied;
          setTimeout(() => { button.textContent = words.copy; }, 1500);
        };
        code.parentElement.append(button);
      }
      const value = (row, column) => row.cells[column].textContent;
      const number = (text) => text === "null" || text === "" ? NaN : Number(text.replaceAll("_", ""));
      for (const table of document.querySelectorAll("table.data")) {
        const heads = [...table.tHead.rows[0].cells];
        heads.forEach((head, column) => {
          head.tabIndex = 0;
          const sort = () => {
            const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
            for (const other of heads) other.removeAttribute("aria-sort");
            head.setAttribute("aria-sort", down === 1 ? "ascending" : "descending");
            const isNumber = head.classList.contains("number");
            const rows = [...table.tBodies[0].rows];
            rows.sort((a, b) => {
              const gaps = a.classList.contains("gap") - b.classList.contains("gap");
              if (gaps) return gaps;
              const [x, y] = [value(a, column), value(b, column)];
              if (!isNumber) return down * x.localeCompare(y);
              const [p, q] = [number(x), number(y)];
              if (Number.isNaN(p) || Number.isNaN(q)) return Number.isNaN(p) - Number.isNaN(q);
              return down * (p - q);
            });
            table.tBodies[0].append(...rows);
          };
          head.onclick = sort;
          head.onkeydown = (event) => { if (event.key === "Enter") sort(); };
        });
      }
      addEventListener("beforeprint", () => { for (const each of document.querySelectorAll("details")) each.open = true; });
    })();
    """
}
