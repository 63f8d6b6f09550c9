/// How the page looks: system fonts, light and dark, from phones to paper.
///
/// The text holds no `<` and no `&`, so that the page stays well-formed XML.
enum StyleSheet {
    /// The digest that the page's content security policy allows; a test compares it with the text.
    static let hash = "sha256-H56rVZW/SaukoLHhwtemYG5P7WuCzVq0E1ZdszVVoNI="

    // The outcome colours differ also for readers who cannot distinguish red and green; patterns, icons and words help.
    static let text: StaticString = """
        :root {
          color-scheme: light dark;
          --page: #f7f7f5; --card: #ffffff; --text: #1c1e21; --muted: #63676d; --line: #e3e3de; --link: #1558a8;
          --succeeded: #14866a; --failed: #c8401a; --timeout: #d08c00; --cancelled: #5d78ad;
          --rejected: #a34f8f; --skipped: #8d939a; --partial: #d08c00;
          --mark: rgba(255, 255, 255, .5); --added: #e3f4ec; --removed: #fbe9e3;
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #131518; --card: #1b1e22; --text: #e7e7e4; --muted: #9ba1a8; --line: #2d3136; --link: #8ab8f0;
            --succeeded: #35b08c; --failed: #f0764a; --timeout: #e9b13c; --cancelled: #8ea6d6;
            --rejected: #cf86bc; --skipped: #747b83; --partial: #e9b13c;
            --mark: rgba(0, 0, 0, .38); --added: #17352b; --removed: #3d231a;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--page); color: var(--text);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
          font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
        }
        main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 64px; }
        a { color: var(--link); text-decoration: none; }
        a:hover { text-decoration: underline; }
        code, pre { font-family: var(--mono); font-size: .87em; }
        small { color: var(--muted); font-size: .87em; }
        .muted, .hint { color: var(--muted); }
        .scripted .no-script { display: none; }
        .definitions { position: absolute; }

        header h1 { font-size: 32px; line-height: 1.2; letter-spacing: -.015em; margin: 10px 0 4px; font-weight: 650; }
        .status { margin: 0; }
        .verdict { font-size: 18px; margin: 0; color: var(--muted); }
        #facts { display: grid; grid-template-columns: repeat(4, auto) 1fr; gap: 14px 40px; margin: 24px 0 0; }
        #facts div:nth-child(5) { grid-column: 1 / 3; }
        #facts div:nth-child(6) { grid-column: 3 / -1; }
        dt { color: var(--muted); font-size: 12.5px; }
        dd { margin: 0; }
        section, footer { margin-top: 44px; }
        h2 { font-size: 19px; font-weight: 620; letter-spacing: -.01em; margin: 0 0 14px; }
        h3 { font-size: 15px; margin: 18px 0 6px; }

        .icon { width: 16px; height: 16px; flex: none; vertical-align: -3px; fill: none; stroke: currentColor;
          stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
        .icon .half, .half { fill: currentColor; stroke: none; }
        .icon.succeeded { color: var(--succeeded); }
        .icon.failed { color: var(--failed); }
        .icon.timeout { color: var(--timeout); }
        .icon.cancelled { color: var(--cancelled); }
        .icon.rejected { color: var(--rejected); }
        .icon.skipped { color: var(--skipped); }
        .icon.partial { color: var(--partial); }
        .badge { display: inline-flex; align-items: center; gap: 6px; white-space: nowrap; font-weight: 560; }
        .status .badge { font-size: 15px; padding: 3px 12px 3px 9px; border-radius: 99px; border: 1px solid var(--line);
          background: var(--card); }

        .failure { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--failed);
          border-radius: 8px; padding: 20px 24px; margin-top: 32px; }
        .failure.timeout { border-left-color: var(--timeout); }
        .failure.cancelled { border-left-color: var(--cancelled); }
        .failure.rejected { border-left-color: var(--rejected); }
        .failure.succeeded { border-left-color: var(--succeeded); }
        .failure.skipped { border-left-color: var(--skipped); }
        .failure h2 { font-size: 13px; color: var(--muted); margin-bottom: 6px; font-weight: 560; letter-spacing: 0; }
        .failure .lead { font-size: 19px; line-height: 1.4; margin: 0 0 12px; font-weight: 560; }
        .failure .lead .icon { width: 20px; height: 20px; margin-right: 8px; vertical-align: -4px; }
        .failure p { margin: 8px 0; }
        .failure .type-line { margin: 0 0 6px; }
        .type { background: var(--page); border: 1px solid var(--line); border-radius: 4px; padding: 1px 6px; }
        .message { margin: 0; white-space: pre-wrap; max-height: 260px; overflow: auto; }
        pre.message { font-size: 13.5px; }
        .then { list-style: none; margin: 0; padding: 0; }
        .then li { margin: 3px 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .then .icon { margin-right: 8px; }
        #validation .then { margin-bottom: 10px; }
        #validation .then li { white-space: normal; padding-left: 24px; text-indent: -24px; }
        .note { margin: 24px 0 0; color: var(--muted); }

        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 6px 20px; padding: 0; margin: 0 0 14px;
          font-size: 13px; color: var(--muted); }
        .legend li { display: flex; align-items: center; gap: 7px; }
        #only-trouble { margin: 0 8px 0 0; accent-color: var(--link); }
        #only-trouble + label { font-size: 14px; }
        #only-trouble:checked ~ .rows .fine { display: none; }
        .axis-row { position: sticky; top: 0; z-index: 1; background: var(--page); padding: 6px 84px 2px 228px;
          border-bottom: 1px solid var(--line); }
        .axis, .track { display: block; overflow: visible; }
        .axis text { font-size: 12px; fill: var(--muted); }
        .grid line { stroke: var(--line); stroke-width: 1; }
        .rows { list-style: none; margin: 0; padding: 0; }
        .row { display: grid; grid-template-columns: 212px 1fr 68px; gap: 0 16px; align-items: center; }
        .row:hover { background: color-mix(in srgb, var(--text) 4%, transparent); }
        .row .name { display: flex; gap: 8px; align-items: center; color: var(--text); min-width: 0; font-size: 14px; }
        .row .name bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .row .times { color: var(--muted); font-size: 12.5px; flex: none; }
        .row .took { text-align: right; color: var(--muted); font-size: 13px; white-space: nowrap; }
        .items summary { cursor: pointer; color: var(--muted); font-size: 13px; padding: 2px 0 4px 24px; }
        .items .hint { margin: 0 0 6px 24px; font-size: 13px; }
        .row.item .name { padding-left: 24px; font-size: 13px; }
        .bar { outline: none; cursor: pointer; }
        .whole { fill: color-mix(in srgb, var(--muted) 14%, transparent); }
        .job .whole { fill: var(--muted); }
        .fill.succeeded { fill: var(--succeeded); }
        .fill.failed { fill: url(#fill-failed); }
        .fill.timeout { fill: url(#fill-timeout); }
        .fill.cancelled { fill: url(#fill-cancelled); }
        .fill.rejected { fill: url(#fill-rejected); }
        .fill.skipped { fill: none; stroke: var(--skipped); stroke-width: 1.4; stroke-dasharray: 3 2; }
        .paint.failed { fill: var(--failed); }
        .paint.timeout { fill: var(--timeout); }
        .paint.cancelled { fill: var(--cancelled); }
        .paint.rejected { fill: var(--rejected); }
        .mark { fill: var(--mark); }
        .queue { fill: url(#fill-queue); }
        .queue-mark { fill: var(--muted); }
        .down { fill: url(#fill-down); }
        .down-mark { fill: color-mix(in srgb, var(--muted) 55%, transparent); }
        .legend .resumed, .grid .resumed { stroke: var(--text); stroke-width: 1.5; }
        .waits { fill: var(--card); stroke: var(--text); stroke-width: 1; stroke-dasharray: 2 2; }
        .step { stroke-width: 2; }
        .step.turn { fill: var(--link); stroke: var(--link); }
        .step.call { fill: var(--muted); stroke: var(--muted); }
        .step.failed { fill: var(--failed); stroke: var(--failed); }
        rect.step { stroke: none; }
        .backoff { stroke: var(--muted); stroke-width: 2; stroke-dasharray: 1 4; stroke-linecap: round; }
        .abandoned { stroke: var(--text); stroke-width: 2.5; stroke-dasharray: 3 2.5; }
        .mark { stroke-width: 3; stroke-linecap: round; }
        .mark.succeeded { stroke: var(--succeeded); }
        .mark.failed { stroke: var(--failed); }
        .mark.timeout { stroke: var(--timeout); }
        .mark.cancelled { stroke: var(--cancelled); }
        .mark.rejected { stroke: var(--rejected); }
        .mark.skipped { stroke: var(--skipped); }
        .digit { font-size: 11px; font-weight: 700; fill: #fff; paint-order: stroke; stroke: rgba(0, 0, 0, .72);
          stroke-width: 3.2px; stroke-linejoin: round; pointer-events: none; }
        .bar:hover rect.fill, .bar:hover .whole, .bar.current rect.fill, .bar.current .whole { stroke: var(--text);
          stroke-width: 1.5; stroke-dasharray: none; }
        .bar:focus-visible rect.fill, .bar:focus-visible .whole { stroke: var(--link); stroke-width: 3;
          stroke-dasharray: none; }
        .bar:focus-visible .mark, .bar:hover .mark { stroke-width: 6; }

        #panel { position: fixed; z-index: 2; left: 16px; top: 16px; width: max-content; max-width: 420px;
          background: var(--card); color: var(--text); border: 1px solid var(--line); border-radius: 8px;
          box-shadow: 0 6px 28px rgba(0, 0, 0, .16); padding: 12px 16px; font-size: 13.5px; pointer-events: none;
          max-height: 60vh; overflow: auto; }
        #panel[hidden] { display: none; }
        #panel dl { margin: 0; }
        #panel dl div { display: grid; grid-template-columns: 76px 1fr; gap: 10px; }
        #panel a[href] { pointer-events: auto; }

        table { width: 100%; border-collapse: collapse; font-size: 14px; }
        th { text-align: left; font-weight: 560; color: var(--muted); font-size: 12.5px; white-space: nowrap; }
        th, td { padding: 7px 18px 7px 0; vertical-align: top; border-bottom: 1px solid var(--line); }
        th:last-child, td:last-child { padding-right: 0; }
        td.number { white-space: nowrap; }
        td:first-child { min-width: 150px; }
        td[data-label="Span"] { white-space: nowrap; }
        td.error { min-width: 220px; }
        td small { display: block; }
        tr:target { background: color-mix(in srgb, var(--link) 12%, transparent); }
        .warn { color: var(--failed); max-width: 190px; }

        .artifact { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin-bottom: 12px; }
        .artifact summary { padding: 11px 16px; cursor: pointer; font-weight: 560; }
        .artifact summary small { font-weight: 400; }
        .artifact pre, .artifact .checklist, .artifact p { margin: 0; padding: 12px 16px; border-top: 1px solid var(--line); }
        .artifact pre { overflow: auto; max-height: 460px; line-height: 1.45; }
        .artifact p.file { font-weight: 560; }
        .artifact .checklist p { border: 0; padding: 4px 0; }
        .checklist h4 { margin: 12px 0 4px; font-size: 15px; }
        .checklist h4:first-child { margin-top: 0; }
        .checklist ul { margin: 4px 0; padding-left: 20px; }
        .checklist li.box, .checklist li.more { list-style: none; }
        .checklist li.box { margin-left: -20px; padding-left: 1.6em; text-indent: -1.6em; }
        .checklist li.more { color: var(--muted); }
        .checklist li.depth-1 { margin-left: 20px; }
        .checklist li.depth-2 { margin-left: 40px; }
        .checklist li.depth-3 { margin-left: 60px; }
        .patch ins, .patch del { text-decoration: none; display: inline-block; min-width: 100%; }
        .patch ins { background: var(--added); }
        .patch del { background: var(--removed); }
        .patch i { color: var(--muted); font-style: normal; }
        footer ul { list-style: none; padding: 16px 0 0; margin: 0; border-top: 1px solid var(--line); display: flex;
          flex-wrap: wrap; gap: 4px 28px; color: var(--muted); font-size: 13.5px; }

        @media (max-width: 719px) {
          main { padding: 24px 16px 48px; display: flex; flex-direction: column; }
          header { order: -2; }
          .failure { order: -1; margin-top: 18px; }
          header h1 { font-size: 27px; }
          .verdict { font-size: 16.5px; }
          #facts { grid-template-columns: 1fr 1fr; gap: 12px 20px; margin-top: 20px; }
          #facts div:nth-child(n) { grid-column: auto; }
          #facts div:nth-child(5), #facts div:nth-child(6) { grid-column: 1 / -1; }
          .failure { padding: 16px; }
          .failure .lead { font-size: 17px; }
          .axis-row { padding-left: 0; padding-right: 0; }
          .axis .minor { display: none; }
          .row { grid-template-columns: 1fr auto; padding: 6px 0 0; }
          .row .track { grid-row: 2; grid-column: 1 / -1; }
          #panel, #panel[style] { left: 8px; right: 8px; top: auto; bottom: 8px; width: auto; max-width: none; max-height: 45vh;
            pointer-events: auto; }
          thead { display: none; }
          tr, table, tbody, td { display: block; }
          tr { padding: 10px 0; border-bottom: 1px solid var(--line); }
          td { border: 0; padding: 1px 0; display: grid; grid-template-columns: 84px 1fr; gap: 10px; }
          td:empty { display: none; }
          td[data-label="Agent"], td[data-label="Outcome"] { display: block; }
          td[data-label="Agent"]::before, td[data-label="Outcome"]::before { display: none; }
          .then li { white-space: normal; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; }
          td::before { content: attr(data-label); color: var(--muted); font-size: 12.5px; line-height: 21px; }
        }
        @media print {
          :root { --page: #fff; --card: #fff; --text: #000; --muted: #444; --line: #ccc; --link: #000; --mark: rgba(255, 255, 255, .6);
            --succeeded: #14866a; --failed: #c8401a; --timeout: #d08c00; --cancelled: #5d78ad; --rejected: #a34f8f; }
          body { font-size: 11px; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
          main { max-width: none; padding: 0; }
          #panel, #only-trouble, #only-trouble + label, .hint { display: none; }
          .axis-row { position: static; }
          .row, tr, .failure { break-inside: avoid; }
          .message, .artifact pre { max-height: none; white-space: pre-wrap; }
          section { margin-top: 24px; }
        }
        """
}
