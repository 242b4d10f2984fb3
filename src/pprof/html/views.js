// What only a server can show: the graph, callers and callees, sources. Answers are text, or a picture of graphviz's.
class ServedViews {
  // `query()`: the settings in force, for the server; `open(name)`: a node of the graph was chosen.
  constructor(box, query, open) {
    Object.assign(this, { box, query, open });
    this.asked = 0;
  }

  async show(view, pattern) {
    const ask = ++this.asked;
    this.message('Asking for it…');
    const query = this.query();
    if (view !== 'graph') query.set('symbol', pattern);
    let text;
    try {
      const answer = await fetch(`api/${view}?${query}`);
      text = await answer.text();
      if (!answer.ok) throw new Error(text);
    } catch (error) {
      if (ask === this.asked) this.message(error.message || 'seep does not answer; is it still running?');
      return;
    }
    if (ask !== this.asked) return;
    if (view === 'graph') this.graph(text);
    else this.text(text, view);
    this.mark(this.hits);
  }

  message(text) {
    const p = document.createElement('p');
    p.className = 'note';
    p.textContent = text;
    this.box.replaceChildren(p);
  }

  text(text, view) {
    const pre = document.createElement('pre');
    for (const line of text.split('\n')) {
      const span = pre.appendChild(document.createElement('span'));
      span.textContent = line + '\n';
      // A line of source with a value of its own, or the function that a list of callers is about.
      if (view === 'source' ? /^ *[0-9.]+\S* +\S+ +\d+:/.test(line) || /^ *\. +[0-9.]+\S* +\d+:/.test(line) : /^ *\S+ +\S+% +\S+% +\S+ +\S+% +\|/.test(line)) span.className = 'here';
      else if (view === 'source' && /^ *\. +\. /.test(line)) span.className = 'quiet';
    }
    this.box.replaceChildren(pre);
    this.box.scrollTop = 0;
  }

  // The picture, moved with the pointer and zoomed with the wheel.
  graph(text) {
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    if (parsed.nodeName !== 'svg') return this.message('graphviz did not answer with a picture');
    const svg = document.importNode(parsed, true);
    const [, , width, height] = (svg.getAttribute('viewBox') || '0 0 100 100').split(/[ ,]+/).map(Number);
    svg.removeAttribute('width');
    svg.removeAttribute('height');
    let view = { x: 0, y: 0, w: width, h: height };
    const apply = () => svg.setAttribute('viewBox', `${view.x} ${view.y} ${view.w} ${view.h}`);
    const scale = () => Math.max(view.w / svg.clientWidth, view.h / svg.clientHeight);
    // From a point on the screen to one of the picture, which stands in the middle.
    const point = (e) => {
      const r = svg.getBoundingClientRect(), s = scale();
      return [view.x + view.w / 2 + (e.clientX - r.left - r.width / 2) * s, view.y + view.h / 2 + (e.clientY - r.top - r.height / 2) * s];
    };
    svg.addEventListener('wheel', (e) => {
      e.preventDefault();
      const k = Math.exp(e.deltaY * 0.0015), [px, py] = point(e);
      if (view.w * k > width * 8 || view.w * k < width / 200) return;
      view = { x: px - (px - view.x) * k, y: py - (py - view.y) * k, w: view.w * k, h: view.h * k };
      apply();
    }, { passive: false });
    svg.addEventListener('pointerdown', (e) => {
      if (e.button !== 0) return;
      const start = { ...view }, s = scale();
      let moved = false;
      const move = (m) => {
        moved ||= Math.hypot(m.clientX - e.clientX, m.clientY - e.clientY) > 4;
        view = { ...view, x: start.x - (m.clientX - e.clientX) * s, y: start.y - (m.clientY - e.clientY) * s };
        apply();
      };
      const up = () => {
        removeEventListener('pointermove', move);
        removeEventListener('pointerup', up);
        const node = !moved && e.target.closest('.node');
        if (node) this.open(this.nodeName(node));
      };
      addEventListener('pointermove', move);
      addEventListener('pointerup', up);
    });
    this.box.replaceChildren(svg);
    apply();
  }

  // The tooltip says it whole: "net/http.(*conn).serve (1.50MB)".
  nodeName(node) {
    const link = node.querySelector('[*|title]') || node.querySelector('a');
    const title = link && (link.getAttributeNS('http://www.w3.org/1999/xlink', 'title') || link.getAttribute('title'));
    return (title || '').replace(/ \([^()]*\)$/, '');
  }

  mark(hits) {
    this.hits = hits;
    for (const node of this.box.querySelectorAll('svg .node')) node.classList.toggle('hit', !!hits && hits.test(this.nodeName(node)));
  }
}
