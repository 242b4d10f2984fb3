// The table of functions: a row each, sorted by any column, the search applied.
const MOST_ROWS = 1000;

class FunctionTable {
  // `open(frame)`: a row was chosen.
  constructor(box, open) {
    this.box = box;
    this.open = open;
    this.by = 'flat';
    this.up = false;
  }

  show({ profile, tree, format, total, baseTotal, norm, hits }) {
    const f = profile.functions(tree), diff = !!tree.base;
    const columns = diff
      ? [['change', 'change in it'], ['cumChange', 'and below'], ['flat', 'flat'], ['flatBase', 'before'], ['cum', 'cum'], ['cumBase', 'before']]
      : [['flat', 'flat'], ['flatShare', 'flat%'], ['cum', 'cum'], ['cumShare', 'cum%']];
    if (diff && this.by === 'flat' && !this.chosen) this.by = 'change';
    const rows = [];
    for (const frame of profile.frames) {
      const id = frame.id;
      if (id === ROOT || id === LIGHTER || (hits && !hits[id])) continue;
      const row = { frame, flat: f.flat[id], cum: f.cum[id], flatBase: (f.flatBase[id] || 0) * norm, cumBase: (f.cumBase[id] || 0) * norm };
      if (!row.flat && !row.cum && !row.flatBase && !row.cumBase) continue;
      row.change = row.flat - row.flatBase;
      row.cumChange = row.cum - row.cumBase;
      rows.push(row);
    }
    const key = { flatShare: 'flat', cumShare: 'cum' }[this.by] || this.by;
    const value = (row) => (key.endsWith('hange') ? Math.abs(row[key]) : row[key]);
    const compare = key === 'name' ? (a, b) => (a.frame.name < b.frame.name ? -1 : 1)
      : (a, b) => value(b) - value(a) || Math.abs(b.cum) - Math.abs(a.cum) || (a.frame.name < b.frame.name ? -1 : 1);
    rows.sort(this.up ? (a, b) => compare(b, a) : compare);

    const text = {
      flat: (r) => format(r.flat), cum: (r) => format(r.cum), flatBase: (r) => format(r.flatBase), cumBase: (r) => format(r.cumBase),
      flatShare: (r) => Numbers.percent(r.flat, total), cumShare: (r) => Numbers.percent(r.cum, total),
      change: (r) => Numbers.signed(format(r.change), r.change), cumChange: (r) => Numbers.signed(format(r.cumChange), r.cumChange),
    };
    const table = document.createElement('table'), head = table.createTHead().insertRow();
    for (const [name, title] of [...columns, ['name', 'function']]) {
      const th = head.appendChild(document.createElement('th')), button = th.appendChild(document.createElement('button'));
      button.textContent = title;
      if (name === 'name') th.className = 'name';
      if (name === this.by) th.setAttribute('aria-sort', (name === 'name') === this.up ? 'descending' : 'ascending');
      if (name === this.by) button.append(this.up ? ' ↑' : ' ↓');
      button.addEventListener('click', () => {
        this.up = this.by === name ? !this.up : false;
        this.by = name;
        this.chosen = true;
        this.show({ profile, tree, format, total, baseTotal, norm, hits });
      });
    }
    const body = table.createTBody();
    for (const row of rows.slice(0, MOST_ROWS)) {
      const tr = body.insertRow();
      for (const [name] of columns) {
        const td = tr.insertCell();
        td.textContent = text[name](row);
        if (name.endsWith('hange')) td.className = row[name] > 0 ? 'grew' : row[name] < 0 ? 'shrank' : '';
      }
      const td = tr.insertCell(), button = td.appendChild(document.createElement('button'));
      td.className = 'name';
      button.textContent = row.frame.name;
      button.title = row.frame.file;
      button.addEventListener('click', () => this.open(row.frame.id));
    }
    this.box.replaceChildren(table);
    if (rows.length > MOST_ROWS) {
      const p = this.box.appendChild(document.createElement('p'));
      p.className = 'note';
      p.textContent = `${(rows.length - MOST_ROWS).toLocaleString('en')} more: search narrows them down.`;
    }
  }
}
