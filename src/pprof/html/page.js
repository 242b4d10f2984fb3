// What stands around the picture: tabs, search, choices, keys, links. State lives in the address behind '#', so that a
// link shows what was on the screen; filters of the profile are in front of it, because the server applies them.
(async () => {
  const $ = (id) => document.getElementById(id);
  const make = (tag, text, parent) => {
    const e = document.createElement(tag);
    e.textContent = text;
    if (parent) parent.append(e);
    return e;
  };
  const facts = JSON.parse($('data').textContent);
  const served = !facts.frames;
  const REFINE = [['f', 'focus'], ['i', 'ignore'], ['h', 'hide'], ['s', 'show'], ['sf', 'show from'], ['prunefrom', 'prune from'], ['tf', 'tag focus'], ['ti', 'tag ignore']];

  // ---- state
  const usual = { view: 'flame', q: '', si: '', up: '', order: '', width: '', norm: '', fn: '', at: '', dir: '' };
  const state = { ...usual };
  const wanted = new URLSearchParams(location.hash.slice(1));
  for (const key in usual) if (wanted.has(key)) state[key] = wanted.get(key);
  const params = new URLSearchParams(served ? location.search : '');
  if (served) {
    const path = location.pathname.split('/').pop();
    const named = { top: 'top', graph: 'graph', peek: 'peek', source: 'source' }[path];
    if (named && !wanted.has('view')) state.view = named;
    if (params.get('si') && !wanted.has('si')) state.si = params.get('si');
    // pprof's own pages take the function to look for as f on these two.
    if ((state.view === 'peek' || state.view === 'source') && !state.q) state.q = params.get('f') || '';
  }
  function remember() {
    const hash = new URLSearchParams();
    for (const key in usual) if (state[key] !== usual[key] && !(served && key === 'view')) hash.set(key, state[key]);
    const text = hash.toString();
    // A server has a path for every view, as pprof's has.
    const path = served ? location.pathname.replace(/[^/]*$/, state.view === 'flame' ? 'flamegraph' : state.view) : location.pathname;
    try { history.replaceState(null, '', path + location.search + (text ? '#' + text : '')); } catch { /* a page of a sandbox */ }
  }

  // ---- theme
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let theme = null;
  try { theme = localStorage.getItem('seep-theme'); } catch { /* no storage for files */ }
  function applyTheme() {
    const now = theme || (dark.matches ? 'dark' : 'light');
    document.documentElement.dataset.theme = now;
    $('theme').textContent = now === 'dark' ? 'Light' : 'Dark';
    look.clear();
    flame.draw();
    for (const mark of document.querySelectorAll('#legend i')) mark.style.background = look.language(mark.title, 0.5);
  }
  $('theme').addEventListener('click', () => {
    theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    try { localStorage.setItem('seep-theme', theme); } catch { /* no storage for files */ }
    applyTheme();
  });
  dark.addEventListener('change', applyTheme);

  // ---- the profile
  let profile = null, column = 0, tree = null, format = String, hits = null, pattern = null, norm = 1;
  let mixed = false; // Go and C, and enough of either
  const ENOUGH = 0.01;
  const isDiff = () => !!(tree && tree.base);
  const width = () => (isDiff() ? state.width || 'both' : 'now');
  const wholeNow = () => tree.nowSum[0], wholeBase = () => (tree.base ? tree.baseSum[0] * norm : 0);

  // Colours: a hue a package; quiet where the code is not the program's own; red and blue where a base is subtracted. Where Go
  // calls C, one hue for each of them: what is asked there is where the border lies.
  const look = {
    cache: new Map(),
    line: '#000',
    clear() { this.cache.clear(); this.isDark = document.documentElement.dataset.theme === 'dark'; this.line = this.isDark ? '#fff' : '#000'; this.rest = this.isDark ? '#252d35' : '#eceff1'; },
    change(t, node) {
      const now = t.nowSum[node], base = t.baseSum[node] * norm;
      return now + base > 0 ? (now - base) / Math.max(now, base) : 0;
    },
    fill(t, node, frame) {
      const d = this.isDark;
      if (frame.id === LIGHTER) return this.rest;
      if (t.base) {
        const step = Math.round(this.change(t, node) * 10), size = Math.abs(step) / 10;
        if (!step) return d ? '#3a434d' : '#d9dee3';
        const hue = step > 0 ? 8 : 212;
        return d ? `hsl(${hue} ${30 + 35 * size}% ${30 + 14 * size}%)` : `hsl(${hue} ${45 + 40 * size}% ${86 - 24 * size}%)`;
      }
      if (frame.id === ROOT) return d ? '#323b44' : '#d4dae0';
      let colour = this.cache.get(frame.group + frame.kind + frame.language);
      if (!colour) {
        let hash = 2166136261;
        for (const ch of frame.group) hash = Math.imul(hash ^ ch.charCodeAt(0), 16777619) >>> 0;
        const spread = (hash >>> 8) % 1000 / 1000, shade = (hash & 255) / 255;
        if (mixed) colour = this.language(frame.language, shade);
        else if (frame.kind === 'own') colour = d ? `hsl(${18 + 30 * spread} 55% ${38 + 7 * shade}%)` : `hsl(${20 + 30 * spread} 82% ${70 + 7 * shade}%)`;
        else if (frame.kind === 'library') colour = d ? `hsl(${90 + 80 * spread} 24% ${32 + 7 * shade}%)` : `hsl(${85 + 80 * spread} 38% ${76 + 7 * shade}%)`;
        else colour = d ? `hsl(${200 + 40 * spread} 18% ${29 + 7 * shade}%)` : `hsl(${200 + 40 * spread} 32% ${83 + 6 * shade}%)`;
        this.cache.set(frame.group + frame.kind + frame.language, colour);
      }
      return colour;
    },
    language(name, shade) {
      if (name === 'C') return this.isDark ? `hsl(24 58% ${34 + 8 * shade}%)` : `hsl(24 88% ${70 + 9 * shade}%)`;
      return this.isDark ? `hsl(192 52% ${27 + 8 * shade}%)` : `hsl(192 58% ${70 + 9 * shade}%)`;
    },
    ink(t, node, frame) { return frame.id === LIGHTER ? (this.isDark ? '#8994a0' : '#77828d') : this.isDark ? '#f0f3f6' : '#161c22'; },
    note(pane, node) {
      const t = pane.tree;
      if (!t.base) return `${format(t.nowSum[node])} (${Numbers.percent(t.nowSum[node], wholeNow())})`;
      const change = t.nowSum[node] - t.baseSum[node] * norm;
      return Numbers.signed(format(change), change);
    },
  };

  const flame = new FlameView($('flame'), [], {
    hover: (at, event) => tip(at, event),
    pick: () => { detail(); saveZoom(); },
    open: (frame) => sandwich(frame),
    zoomed: () => { crumb(); saveZoom(); },
  });
  flame.look = look;
  const table = new FunctionTable($('table'), sandwich);
  const views = new ServedViews($('served'), serverQuery, (name) => {
    const frame = profile && profile.frames.find((f) => f.name === name);
    if (frame) sandwich(frame.id);
    else { setQuery('^' + quote(name) + '$'); }
  });
  const quote = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

  function serverQuery() {
    const query = new URLSearchParams(params);
    if (state.si) query.set('si', state.si);
    return query;
  }

  async function load() {
    let data = facts;
    if (served) {
      try {
        const answer = await fetch('api/stacks?' + serverQuery());
        const text = await answer.text();
        if (!answer.ok) throw new Error(text);
        data = JSON.parse(text);
      } catch (error) {
        profile = tree = null;
        $('title').textContent = facts.title || 'seep pprof';
        $('empty').hidden = false;
        $('empty').textContent = error.message || 'seep does not answer; is it still running?';
        flame.show([]);
        return;
      }
    }
    profile = new Profile(data);
    flame.frames = profile.frames;
    const index = data.columns.findIndex((c) => c.type === state.si);
    setColumn(index >= 0 ? index : data.column);
  }

  function setColumn(index) {
    column = index;
    tree = profile.tree(column);
    const { type, unit } = profile.columns[column];
    state.si = column === profile.column ? (served && params.get('si') ? type : '') : type;
    format = Numbers.format(unit, profile.scale);
    mixed = shareOfC(tree, profile.frames) >= ENOUGH;
    look.clear();
    norm = 1;
    if (tree.base && state.norm && tree.baseSum[0] > 0) norm = tree.nowSum[0] / tree.baseSum[0];
    document.title = profile.title.replace(profile.columns[profile.column].type, type) + ' · seep';
    $('title').textContent = document.title.slice(0, -7);
    $('title').title = profile.labels.join('\n');
    search();
    render(false);
  }

  // ---- what is shown
  function render(keep) {
    const view = state.view;
    for (const tab of $('tabs').children) tab.toggleAttribute('aria-current', false);
    const current = [...$('tabs').children].find((t) => t.dataset.view === view);
    if (current) current.setAttribute('aria-current', 'page');
    choices();
    const onServer = ['graph', 'peek', 'source'].includes(view);
    $('flame').hidden = view !== 'flame';
    $('table').hidden = view !== 'top';
    $('served').hidden = !onServer;
    tip(null);
    remember();
    if (onServer) { $('empty').hidden = true; crumb(); detail(); return serverView(); }
    if (!tree) return;
    const weight = (t) => t.weights(width(), norm);
    const nothing = !(weight(tree)[0] > 0);
    $('empty').hidden = !nothing;
    if (nothing) {
      $('empty').textContent = width() === 'grew' ? 'Nothing grew.' : width() === 'shrank' ? 'Nothing shrank.' :
        profile.columns.length > 1 ? 'No samples of this type; another one may have some.' : 'No samples are left.';
      flame.show([]);
      $('table').replaceChildren();
      crumb();
      return detail();
    }
    if (view === 'top') table.show({ profile, tree, format, total: wholeNow(), baseTotal: wholeBase(), norm, hits });
    else flameView(weight, keep);
    crumb();
    detail();
  }

  function flameView(weight, keep) {
    const byName = state.order === 'name', down = state.up !== '1';
    const pane = (t, way) => new Pane(t, weight(t), way, byName, profile.frames);
    const chosen = frameNamed(state.fn);
    flame.hits = chosen >= 0 ? null : hits; // the sandwich is about one function, whatever was searched for
    if (chosen >= 0) {
      const { above, below } = profile.sandwich(tree, chosen);
      if (!(weight(below)[0] > 0)) {
        $('empty').hidden = false;
        $('empty').textContent = width() === 'now' ? 'Its calls are too light to be drawn here: a report with it in focus draws them.' : 'It did not change that way.';
        return flame.show([]);
      }
      flame.show([pane(above, false), pane(below, true)], keep);
    } else if (state.dir === 'inverted') {
      flame.show([pane(profile.inverted(tree), down)], keep);
    } else {
      flame.show([pane(tree, down)], keep);
      if (state.at && !keep) restoreZoom();
    }
    flame.canvas.setAttribute('aria-label', `flame graph of ${$('title').textContent}, ${format(wholeNow())}`);
  }

  const frameNamed = (text) => {
    if (!text || !profile) return -1;
    const [name, file] = text.split('\n');
    return profile.frames.findIndex((f) => f.name === name && (file === undefined || f.file === file));
  };
  function sandwich(frame) {
    if (frame === ROOT || frame === LIGHTER) return;
    const { name, file } = profile.frames[frame];
    state.fn = profile.frames.filter((f) => f.name === name).length > 1 ? name + '\n' + file : name;
    state.view = 'flame';
    render(false);
    $('flame').focus();
  }
  function go(view) {
    state.view = view;
    if (view === 'flame') state.fn = '';
    render(view === 'flame');
  }

  let serverTimer = 0;
  function serverView() {
    if (state.view !== 'graph' && !state.q) return views.message('Type a function into the search box: a regular expression.');
    clearTimeout(serverTimer);
    serverTimer = setTimeout(() => views.show(state.view, state.q), 0);
  }

  // The zoomed frame in the address: numbers of children from the root.
  function saveZoom() {
    const pane = flame.panes.length === 1 && !state.dir ? flame.panes[0] : null;
    state.at = pane && pane.focus ? pane.tree.path(pane.focus).map((n) => pane.tree.frame[n].toString(36)).join('.') : '';
    remember();
  }
  function restoreZoom() {
    const pane = flame.panes[0], { tree: t, first, kids } = pane;
    let node = 0;
    for (const step of state.at.split('.')) {
      const frame = parseInt(step, 36);
      let next = -1;
      for (let k = first[node]; k < first[node + 1]; ++k) if (t.frame[kids[k]] === frame) next = kids[k];
      if (next < 0) break;
      node = next;
    }
    pane.window = pane.zoomTo(node);
  }

  // ---- the line above the picture, the tooltip, the line below it
  function crumb() {
    const box = $('crumb');
    box.replaceChildren();
    const button = (text, act) => { const b = make('button', text, box); b.type = 'button'; b.addEventListener('click', act); };
    if (state.view === 'flame' && tree && state.fn && frameNamed(state.fn) >= 0) {
      box.append('Callers above, callees below: ');
      make('b', state.fn.split('\n')[0], box);
      // Calls too light to be told apart have no place here: what is drawn may be a part.
      const frame = frameNamed(state.fn), all = tree.sumsByFrame ? tree.sumsByFrame.cum[frame] : 0;
      const drawn = flame.panes.length ? flame.panes[0].tree.nowSum[0] : 0;
      if (all > drawn * 1.0005) {
        box.append(` ${format(drawn)} of its ${format(all)} is drawn, the rest is in light calls`);
        if (served) button('draw it alone', () => { refine('f', profile.frames[frame].name); });
      }
      button('whole graph', () => go('flame'));
    }
    if (state.view === 'flame' && tree && flame.isZoomed()) button('zoom out', () => flame.reset());
    if (isDiff() && state.view === 'flame' && !box.childNodes.length) {
      const change = wholeNow() - wholeBase();
      box.append(`${format(wholeBase())} before, ${format(wholeNow())} now: `);
      const b = make('b', `${Numbers.signed(format(change), change)} (${Numbers.signed(Numbers.percent(change, wholeBase()), change)})`, box);
      b.className = change > 0 ? 'grew' : 'shrank';
    } else if (state.view === 'flame' && tree && !box.childNodes.length) {
      const extra = profile.labels.filter((l) => /^(Time|Duration|Doc|focus|ignore|hide|show|show_from|tag\w+)/.test(l));
      box.append([`${format(wholeNow())} in all`, ...extra].join(' · '));
      if (profile.leftOut) box.append(` · ${profile.leftOut.toLocaleString('en')} light calls drawn as one`);
    }
    box.hidden = !box.childNodes.length;
  }

  function numbersOf({ pane, node }) {
    const t = pane.tree, rows = [];
    const above = flame.panes.length === 2 && !pane.down; // callers: the part that comes this way
    const row = (name, now, base) => {
      if (!t.base) return rows.push([name, format(now), `${Numbers.percent(now, wholeNow())} of all`]);
      const change = now - base * norm;
      rows.push([name, format(now), `was ${format(base * norm)}`, Numbers.signed(format(change), change), base ? Numbers.signed(Numbers.percent(change, base * norm), change) : 'new', change]);
    };
    if (!above) row('flat', t.now[node], t.base ? t.base[node] : 0);
    row(above ? 'through it' : 'cum', t.nowSum[node], t.base ? t.baseSum[node] : 0);
    if (!t.base && node && t.parent[node] > 0 && !above) rows.push(['', '', `${Numbers.percent(t.nowSum[node], t.nowSum[t.parent[node]])} of its caller`]);
    return rows;
  }
  function describeInto(box, at) {
    const frame = profile.frames[at.pane.tree.frame[at.node]];
    const head = make('div', '', box);
    make('span', frame.id === LIGHTER ? 'calls too light to be told apart' : frame.name, head).className = 'fn';
    if (at.pane.tree.inlined[at.node] && at.node) head.append(' inlined');
    if (frame.file) { head.append(' '); make('span', frame.file, head).className = 'file'; }
  }

  function tip(at, event) {
    const box = $('tip');
    box.hidden = !at;
    if (!at) return;
    box.replaceChildren();
    describeInto(box, at);
    const t = make('table', '', box);
    for (const row of numbersOf(at)) {
      const tr = t.insertRow();
      row.slice(0, 5).forEach((text, i) => {
        const td = tr.insertCell();
        make(i === 1 ? 'b' : 'span', text, td);
        if (i > 2) td.className = row[5] > 0 ? 'grew' : row[5] < 0 ? 'shrank' : '';
      });
    }
    const r = box.getBoundingClientRect();
    box.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - r.width - 8)) + 'px';
    box.style.top = (event.clientY + 18 + r.height > innerHeight ? event.clientY - r.height - 12 : event.clientY + 18) + 'px';
  }

  const HINTS = {
    flame: 'Click zooms, double click shows callers and callees, ? lists the keys.',
    top: 'Click on a function shows its callers and callees.',
    graph: 'Drag moves, the wheel zooms, click on a function shows its callers and callees in the flame graph.',
    peek: 'Callers and callees of the functions that the search names.',
    source: 'Lines of the functions that the search names, with what they have themselves and with what they call.',
  };
  function detail() {
    const box = $('detail'), actions = $('actions'), at = state.view === 'flame' ? flame.selected : null;
    box.replaceChildren();
    actions.replaceChildren();
    if (!at) { box.textContent = HINTS[state.view] || ''; return; }
    describeInto(box, at);
    make('div', numbersOf(at).map((r) => r.slice(0, 5).filter(Boolean).join(' ')).join(' · '), box);
    const frame = profile.frames[at.pane.tree.frame[at.node]];
    if (frame.id === ROOT || frame.id === LIGHTER) return;
    const button = (text, act, title) => { const b = make('button', text, actions); b.type = 'button'; b.title = title; b.addEventListener('click', act); };
    button('Callers & callees', () => sandwich(frame.id), 's');
    button('Copy name', (e) => copy(frame.name, e.target), 'c');
    if (!served) return;
    button('Focus', () => refine('f', frame.name), 'Only stacks with it');
    button('Ignore', () => refine('i', frame.name), 'Only stacks without it');
    button('Hide', () => refine('h', frame.name), 'Take it out of the stacks');
    button('Source', () => { setQuery(exactly(frame.name)); go('source'); }, 'Its lines');
  }
  const exactly = (name) => '^' + quote(name) + '$';
  // A new focus takes the place of the old one; what is ignored or hidden adds up.
  function refine(key, name) {
    const old = params.get(key);
    params.set(key, old && key !== 'f' ? `${old}|${exactly(name)}` : exactly(name));
    reload();
  }

  async function copy(text, button) {
    const said = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      prompt('Copy it from here:', text);
    }
    setTimeout(() => { button.textContent = said; }, 1200);
  }

  // ---- search
  function setQuery(text) { $('query').value = state.q = text; search(); }
  function search() {
    const input = $('query');
    input.classList.remove('wrong');
    hits = pattern = null;
    $('found').textContent = '';
    if (state.q) {
      try {
        pattern = new RegExp(state.q, /[A-Z]/.test(state.q) ? '' : 'i'); // a capital letter makes it exact
      } catch {
        input.classList.add('wrong');
        $('found').textContent = 'not a regular expression yet';
      }
    }
    if (pattern && profile) {
      hits = new Uint8Array(profile.frames.length);
      let count = 0;
      for (const f of profile.frames) if (f.id > LIGHTER && (pattern.test(f.name) || (f.file && pattern.test(f.file)))) { hits[f.id] = 1; ++count; }
      const weights = tree.weights(width(), norm);
      $('found').textContent = `${count.toLocaleString('en')} function${count === 1 ? '' : 's'}, ${Numbers.percent(profile.share(tree, weights, hits), weights[0])}`;
    }
    flame.hits = flame.panes.length > 1 ? null : hits;
    flame.draw();
    views.mark(pattern);
  }
  let typing = 0;
  $('query').addEventListener('input', () => {
    state.q = $('query').value;
    clearTimeout(typing);
    typing = setTimeout(() => { search(); remember(); if (state.view === 'top') render(true); else if (state.view === 'peek' || state.view === 'source') serverView(); }, 60);
  });

  // ---- choices
  function legend(box) {
    const list = make('span', '', box);
    list.id = 'legend';
    for (const [language, what] of [['Go', 'Go'], ['C', 'C and C++']]) {
      const mark = make('i', '', list);
      mark.title = language;
      mark.style.background = look.language(language, 0.5);
      make('span', what, list);
    }
  }

  function choices() {
    const box = $('choices');
    box.replaceChildren();
    const select = (title, options, value, act) => {
      const s = make('select', '', box);
      s.setAttribute('aria-label', title);
      s.title = title;
      for (const [key, text] of options) { const o = make('option', text, s); o.value = key; o.selected = key === value; }
      s.addEventListener('change', () => act(s.value));
    };
    const toggle = (text, title, on, act) => {
      const b = make('button', text, box);
      b.type = 'button';
      b.className = 'toggle';
      b.title = title;
      b.setAttribute('aria-pressed', on);
      b.addEventListener('click', () => { act(); render(false); });
    };
    if (profile && profile.columns.length > 1)
      select('Sample type', profile.columns.map((c, i) => [String(i), c.type]), String(column), (i) => setColumn(Number(i)));
    if (isDiff() && (state.view === 'flame' || state.view === 'top')) {
      select('What widths are', [['both', 'before + now'], ['now', 'now'], ['base', 'before'], ['grew', 'only what grew'], ['shrank', 'only what shrank']], width(), (v) => {
        state.width = v === 'both' ? '' : v;
        search();
        render(false);
      });
      toggle('Normalise', 'Scales what was before to the size of now', !!state.norm, () => {
        state.norm = state.norm ? '' : '1';
        norm = state.norm && tree.baseSum[0] > 0 ? tree.nowSum[0] / tree.baseSum[0] : 1;
        search();
      });
    }
    if (state.view === 'flame') flameChoices(toggle);
    if (state.view === 'flame' && mixed && !isDiff()) legend(box);
    if (served) {
      configMenu(select);
      const b = make('button', 'Refine', box);
      b.type = 'button';
      b.setAttribute('aria-expanded', !$('refine').hidden);
      b.addEventListener('click', () => { $('refine').hidden = !$('refine').hidden; });
    }
  }
  // Named settings, kept in the file that pprof keeps them in.
  let configs = [];
  async function change(what, name) {
    const query = serverQuery();
    query.set('config', name);
    const answer = await fetch(`${what}config?${query}`, { method: 'POST' });
    if (!answer.ok) alert(await answer.text());
    await loadConfigs();
    choices();
  }
  async function loadConfigs() {
    try { configs = await (await fetch('api/configs')).json(); } catch { configs = []; }
  }
  function configMenu(select) {
    const now = [...params].map(([k, v]) => `${k}=${v}`).sort().join('&');
    const same = (c) => [...new URLSearchParams(c.query)].map(([k, v]) => `${k}=${v}`).sort().join('&') === now;
    const current = configs.findIndex(same);
    const options = [['', 'Settings'], ['usual', 'Default'], ...configs.map((c, i) => [String(i), c.name]), ['save', 'Save as…']];
    if (current >= 0) options.push(['delete', `Delete ${configs[current].name}`]);
    select('Named settings', options, current >= 0 ? String(current) : '', (choice) => {
      if (choice === 'save') {
        const name = prompt('Keep these settings under the name:');
        if (name) change('save', name); else choices();
      } else if (choice === 'delete') {
        if (confirm(`Delete ${configs[current].name}?`)) change('delete', configs[current].name); else choices();
      } else if (choice !== '') {
        const si = params.get('si');
        for (const key of [...params.keys()]) params.delete(key);
        if (si) params.set('si', si);
        if (choice !== 'usual') for (const [k, v] of new URLSearchParams(configs[Number(choice)].query)) params.set(k, v);
        reload();
      }
    });
  }
  function flameChoices(toggle) {
    toggle('Inverted', 'Leaves first: what uses most, and by whom it was called (i)', state.dir === 'inverted', () => { state.dir = state.dir ? '' : 'inverted'; state.at = ''; });
    toggle('Flames', 'Grow upwards instead of downwards (u)', state.up === '1', () => { state.up = state.up ? '' : '1'; });
    toggle('By name', 'Calls in the order of their names, not of their weight (o)', state.order === 'name', () => { state.order = state.order ? '' : 'name'; });
  }
  if (served) {
    for (const [key, name] of REFINE) {
      const label = make('label', name, $('refine')), input = make('input', '', label);
      input.value = params.get(key) || '';
      input.addEventListener('change', () => { if (input.value) params.set(key, input.value); else params.delete(key); reload(); });
      if (input.value) $('refine').hidden = false;
    }
    const clear = make('button', 'Clear', $('refine'));
    clear.type = 'button';
    clear.addEventListener('click', () => { for (const [key] of REFINE) params.delete(key); reload(); });
  }
  function reload() {
    const query = params.toString();
    state.at = '';
    remember();
    location.assign(location.pathname + (query ? '?' + query : '') + location.hash);
    if (location.search === (query ? '?' + query : '')) location.reload();
  }

  const tabs = [['flame', 'Flame graph'], ['top', 'Top']];
  if (served) tabs.push(['graph', 'Graph'], ['peek', 'Peek'], ['source', 'Source']);
  for (const [view, text] of tabs) {
    const tab = make('button', text, $('tabs'));
    tab.type = 'button';
    tab.dataset.view = view;
    tab.addEventListener('click', () => go(view));
  }
  $('link').addEventListener('click', (e) => { remember(); copy(location.href, e.target); });

  // ---- keys
  const KEYS = [
    ['/', 'search; Enter goes back to the picture, Escape clears'], ['← → ↑ ↓', 'from call to call'], ['Enter', 'zoom to the chosen call'],
    ['Escape', 'back: search, zoom, sandwich'], ['s', 'callers and callees of the chosen function'], ['f  t', 'flame graph, table of functions'],
    ['i', 'inverted: leaves first'], ['u', 'flames upwards or downwards'], ['o', 'order by weight or by name'], ['n  N', 'next and previous found call'],
    ['c', 'copy the name'], ['Ctrl + wheel', 'zoom at the pointer; drag to move'], ['?', 'this list'],
  ];
  function showKeys() {
    const box = $('keys');
    box.replaceChildren();
    const list = make('dl', '', box);
    for (const [key, text] of KEYS) { const dt = make('dt', '', list); make('kbd', key, dt); make('dd', text, list); }
    for (const label of profile ? profile.labels : []) make('p', label, box);
    const close = make('button', 'Close', box);
    close.addEventListener('click', () => box.close());
    box.showModal();
  }
  $('help').addEventListener('click', showKeys);

  function back() {
    if (state.q) setQuery('');
    else if (state.view === 'flame' && flame.isZoomed()) flame.reset();
    else if (state.view !== 'flame' || state.fn) return go('flame');
    else flame.select(null, null);
    remember();
    if (state.view === 'top') render(true);
  }
  function nextHit(step) {
    if (!hits || !flame.panes.length) return;
    const pane = flame.selected ? flame.selected.pane : flame.panes[flame.panes.length - 1], n = pane.tree.size;
    let node = flame.selected ? flame.selected.node : 0;
    for (let i = 0; i < n; ++i) {
      node = (node + step + n) % n;
      if (hits[pane.tree.frame[node]] && pane.weights[node] > 0) { flame.reveal(pane, node); return flame.select(pane, node); }
    }
  }
  const press = (title) => [...$('choices').querySelectorAll('.toggle')].find((b) => b.title.endsWith(title))?.click();
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $('keys').open) return;
    const inQuery = event.target === $('query');
    if (inQuery && event.key === 'Enter') { event.target.blur(); $('flame').focus(); if (state.view === 'flame') nextHit(1); return; }
    if (inQuery && event.key === 'Escape') { setQuery(''); remember(); event.target.blur(); if (state.view === 'top') render(true); return; }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const onFlame = state.view === 'flame', chosen = onFlame && flame.selected;
    const act = {
      '/': () => { $('query').focus(); $('query').select(); }, '?': showKeys, Escape: back,
      f: () => go('flame'), t: () => go('top'), i: () => press('(i)'), u: () => press('(u)'), o: () => press('(o)'),
      n: () => nextHit(1), N: () => nextHit(-1),
      s: () => chosen && sandwich(chosen.pane.tree.frame[chosen.node]),
      c: () => chosen && copy(profile.frames[chosen.pane.tree.frame[chosen.node]].name, $('actions').children[1] || $('link')),
      Enter: () => chosen && flame.zoom(chosen.pane, chosen.node),
      ArrowDown: () => onFlame && flame.vertical(true), ArrowUp: () => onFlame && flame.vertical(false),
      ArrowLeft: () => onFlame && flame.move('left'), ArrowRight: () => onFlame && flame.move('right'),
    }[event.key];
    if (!act || (event.key === 'Enter' && event.target.tagName === 'BUTTON') || (event.key.startsWith('Arrow') && !onFlame)) return;
    event.preventDefault();
    act();
  });

  $('query').value = state.q;
  applyTheme();
  if (served) await loadConfigs();
  await load();
  if (served && ['graph', 'peek', 'source'].includes(state.view)) render(false);
})();
