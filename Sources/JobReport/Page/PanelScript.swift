/// The page's only script: it shows a bar's row of the tables beside the bar. Without it, a bar links to its row.
///
/// The text holds no `<` and no `&`, so that the page stays well-formed XML.
enum PanelScript {
    /// The digest that the page's content security policy allows; a test compares it with the text.
    static let hash = "sha256-mOU6So3KOWgnES+P64bd7+dpB4SbHVAV406tXSpGVbs="

    static let text: StaticString = """
        (function () {
          'use strict';
          var panel = document.getElementById('panel');
          var chart = document.getElementById('timeline');
          if (!panel || !chart) { return; }
          document.documentElement.classList.add('scripted');
          var narrow = window.matchMedia('(max-width: 719px)');
          var noHover = window.matchMedia('(hover: none)');
          var current = null;

          function barOf(event) { return event.target.closest ? event.target.closest('a.bar') : null; }

          function fill(bar) {
            var href = bar.getAttribute('href');
            var line = document.getElementById(href.slice(1));
            if (!line) { return false; }
            var list = document.createElement('dl');
            function add(name, nodes) {
              var group = document.createElement('div');
              var term = document.createElement('dt');
              var text = document.createElement('dd');
              term.textContent = name;
              nodes.forEach(function (node) { text.appendChild(node.cloneNode(true)); });
              group.append(term, text);
              list.appendChild(group);
            }
            if (line.cells) {
              Array.from(line.cells).forEach(function (cell) {
                if (cell.textContent.trim() !== '') {
                  add(cell.getAttribute('data-label'), Array.from(cell.childNodes));
                }
              });
            } else {
              Array.from(line.children).forEach(function (fact) {
                add(fact.firstElementChild.textContent, Array.from(fact.lastElementChild.childNodes));
              });
            }
            panel.replaceChildren(list);
            if (noHover.matches) {
              var more = document.createElement('a');
              more.href = href;
              more.textContent = 'Go to this line';
              panel.appendChild(more);
            }
            return true;
          }

          function place(bar, x) {
            if (narrow.matches) { panel.style.left = panel.style.top = ''; return; }
            var box = bar.getBoundingClientRect();
            var width = panel.offsetWidth;
            var height = panel.offsetHeight;
            var left = typeof x === 'number' ? x - 24 : box.left;
            var top = box.bottom + 8;
            if (top + height > window.innerHeight - 8) { top = Math.max(8, box.top - height - 8); }
            panel.style.left = Math.max(8, Math.min(left, document.documentElement.clientWidth - width - 8)) + 'px';
            panel.style.top = top + 'px';
          }

          function show(bar, x) {
            var title = bar.querySelector('title');
            if (title) { title.remove(); }
            if (bar !== current) {
              if (!fill(bar)) { return; }
              if (current) { current.classList.remove('current'); }
              current = bar;
              bar.classList.add('current');
            }
            panel.hidden = false;
            place(bar, x);
          }

          function hide() {
            if (current) { current.classList.remove('current'); }
            current = null;
            panel.hidden = true;
          }

          function focused() {
            var active = document.activeElement;
            return active ? active.closest('a.bar') : null;
          }

          chart.addEventListener('pointermove', function (event) {
            if (event.pointerType === 'touch') { return; }
            var bar = barOf(event);
            if (bar) { show(bar, event.clientX); return; }
            if (focused()) { show(focused()); } else { hide(); }
          });
          chart.addEventListener('pointerleave', function (event) {
            if (event.pointerType === 'touch') { return; }
            if (focused()) { show(focused()); } else { hide(); }
          });
          chart.addEventListener('focusin', function (event) {
            var bar = barOf(event);
            if (bar) { show(bar); }
          });
          chart.addEventListener('focusout', hide);
          chart.addEventListener('click', function (event) {
            var bar = barOf(event);
            if (!bar || !noHover.matches) { return; }
            event.preventDefault();
            show(bar);
          });
          document.addEventListener('click', function (event) {
            if (!barOf(event)) { if (!panel.contains(event.target)) { hide(); } }
          });
          window.addEventListener('scroll', function () {
            if (current) { place(current); }
          }, { passive: true });

          var keys = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
          chart.addEventListener('keydown', function (event) {
            if (event.key === 'Escape') { hide(); return; }
            var bar = barOf(event);
            var step = keys[event.key];
            if (!bar || !step) { return; }
            event.preventDefault();
            var next = null;
            if (step[0] !== 0) {
              var bars = Array.from(chart.querySelectorAll('a.bar'));
              next = bars[bars.indexOf(bar) + step[0]];
            } else {
              var rows = Array.from(chart.querySelectorAll('li.row')).filter(function (row) {
                if (row.offsetParent === null || row.closest('details:not([open])')) { return false; }
                return row.querySelector('a.bar');
              });
              var row = rows[rows.indexOf(bar.closest('li')) + step[1]];
              next = row ? row.querySelector('a.bar') : null;
            }
            if (next) { next.focus(); }
          });
        })();
        """
}
