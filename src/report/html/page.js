// Sorting, searching, copying and keys; the page is complete without them.
(() => {
  const data = JSON.parse(document.getElementById('seep-data').textContent);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const element = (tag, text, parent) => {
    const e = parent.appendChild(document.createElement(tag));
    e.textContent = text;
    return e;
  };

  const graphs = all('.flame').filter((box) => data.piles[box.dataset.finding])
    .map((box) => new Flame.Graph(box, data.piles[box.dataset.finding], data.frames));

  // Search: marks frames in the flame graphs, keeps matching rows of the groups.
  const rows = all('#groups tbody tr');
  let input = null;
  function search() {
    const query = input.value.trim().toLowerCase();
    for (const graph of graphs) graph.search(query);
    for (const row of rows) row.classList.toggle('hidden', query !== '' && !row.textContent.toLowerCase().includes(query));
  }
  const findings = all('section.finding');
  if (graphs.length || findings.length > 1) {
    const bar = document.getElementById('tools').appendChild(document.createElement('div'));
    bar.className = 'toolbar';
    if (graphs.length) {
      input = element('input', '', bar);
      input.type = 'search';
      input.placeholder = 'Search functions and files';
      input.setAttribute('aria-label', input.placeholder);
      input.addEventListener('input', search);
    }
    const keys = element('span', '', bar);
    keys.className = 'keys';
    if (input) { element('kbd', '/', keys); keys.append(' search '); }
    if (findings.length > 1) {
      element('kbd', '←', keys); keys.append(' '); element('kbd', '→', keys); keys.append(' finding');
    }
  }

  // Keys: "/" search, arrows between findings, Escape leaves the search.
  let current = -1;
  function go(step) {
    current = Math.min(findings.length - 1, Math.max(0, current + step));
    findings[current].scrollIntoView();
    findings[current].focus({ preventScroll: true });
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target instanceof HTMLInputElement;
    if (event.key === 'Escape' && typing) { input.value = ''; search(); input.blur(); }
    else if (typing) return;
    else if (event.key === '/' && input) { event.preventDefault(); input.focus(); input.select(); }
    else if (event.key === 'ArrowRight' && findings.length) { event.preventDefault(); go(1); }
    else if (event.key === 'ArrowLeft' && findings.length) { event.preventDefault(); go(-1); }
  });

  // Tables sort by the clicked column, numbers downwards first.
  const value = (row, column, number) => {
    const cell = row.cells[column];
    return number ? Number(cell.dataset.sort) : cell.textContent;
  };
  for (const table of all('table.sortable')) {
    all('th', table).forEach((head, column) => {
      const number = head.dataset.kind === 'number';
      const label = head.textContent;
      head.textContent = '';
      element('button', label, head).addEventListener('click', () => {
        const up = head.getAttribute('aria-sort') ? head.getAttribute('aria-sort') === 'descending' : !number;
        for (const other of all('th', table)) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        const body = table.tBodies[0];
        const order = [...body.rows].sort((a, b) => {
          const x = value(a, column, number), y = value(b, column, number);
          return (x < y ? -1 : x > y ? 1 : 0) * (up ? 1 : -1);
        });
        body.append(...order);
      });
    });
  }

  for (const code of all('pre.code')) {
    const box = document.createElement('div');
    box.className = 'codebox';
    code.replaceWith(box);
    box.append(code);
    const button = element('button', 'Copy', box);
    button.type = 'button';
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = 'Selected';
      }
    });
  }

  // Paper cannot unfold.
  let folded = [];
  addEventListener('beforeprint', () => { folded = all('details:not([open])'); folded.forEach((d) => { d.open = true; }); });
  addEventListener('afterprint', () => folded.forEach((d) => { d.open = false; }));
})();
