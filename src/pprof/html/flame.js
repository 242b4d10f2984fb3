// The flame graph on a canvas. A pane is one tree, growing upwards or downwards; the sandwich has two of them. Only what
// is on the screen is drawn: children stand in the order of their weight, so that whatever follows one that is too narrow
// is too narrow as well.
const ROW = 19, PAD = 4, NARROW = 0.6; // pixels

class Pane {
  constructor(tree, weights, down, byName, frames) {
    Object.assign(this, { tree, weights, down });
    const n = tree.size;
    // Children of each node, in the order in which they are drawn.
    this.first = new Int32Array(n + 1);
    for (let i = 1; i < n; ++i) ++this.first[tree.parent[i] + 1];
    for (let i = 0; i < n; ++i) this.first[i + 1] += this.first[i];
    this.kids = new Int32Array(Math.max(0, n - 1));
    const next = this.first.slice();
    for (let i = 1; i < n; ++i) this.kids[next[tree.parent[i]]++] = i;
    const rank = (i) => (tree.frame[i] === LIGHTER ? 1 : 0); // behind all others
    const heavier = (a, b) => rank(a) - rank(b) || weights[b] - weights[a] || tree.frame[a] - tree.frame[b];
    const earlier = (a, b) => rank(a) - rank(b) || (frames[tree.frame[a]].name < frames[tree.frame[b]].name ? -1 : 1);
    for (let i = 0; i < n; ++i)
      if (this.first[i + 1] - this.first[i] > 1) this.kids.subarray(this.first[i], this.first[i + 1]).sort(byName ? earlier : heavier);
    this.x = new Float64Array(n);
    this.sorted = !byName;
    this.rows = 0;
    for (const i of this.order()) {
      let at = this.x[i];
      for (let k = this.first[i]; k < this.first[i + 1]; ++k) { this.x[this.kids[k]] = at; at += weights[this.kids[k]]; }
      if (weights[i] > 0) this.rows = Math.max(this.rows, tree.depth[i] + 1);
    }
    this.window = [0, weights[0]];
    this.focus = 0;
  }

  *order() { for (let i = 0; i < this.tree.size; ++i) yield i; } // callers stand before what they call

  zoomTo(node) {
    this.focus = node;
    return [this.x[node], this.x[node] + Math.max(this.weights[node], Number.MIN_VALUE)];
  }
}

class FlameView {
  // `on`: pick(pane, node), hover(pane, node, event), open(frame); `look`: colour(tree, node), ink(...), hit(frame).
  constructor(box, frames, on) {
    this.frames = frames;
    this.on = on;
    this.box = box;
    this.space = box.appendChild(document.createElement('div'));
    this.canvas = this.space.appendChild(document.createElement('canvas'));
    this.canvas.setAttribute('role', 'img');
    this.context = this.canvas.getContext('2d');
    this.panes = [];
    this.selected = null; // {pane, node}
    this.hovered = null;
    this.hits = null;
    this.due = false;
    box.addEventListener('scroll', () => this.draw());
    new ResizeObserver(() => this.draw()).observe(box);
    this.canvas.addEventListener('mousemove', (e) => this.point(e));
    this.canvas.addEventListener('mouseleave', () => { this.hovered = null; this.on.hover(null); this.draw(); });
    this.canvas.addEventListener('click', (e) => {
      if (this.dragged) return;
      const at = this.find(e);
      if (at) { this.select(at.pane, at.node); this.zoom(at.pane, at.node); }
    });
    this.canvas.addEventListener('dblclick', (e) => { const at = this.find(e); if (at) this.on.open(at.pane.tree.frame[at.node]); });
    this.canvas.addEventListener('wheel', (e) => this.wheel(e), { passive: false });
    this.canvas.addEventListener('pointerdown', (e) => this.drag(e));
  }

  // `panes`: [upwards or downwards], from top to bottom.
  show(panes, keep) {
    const old = this.panes;
    this.panes = panes;
    this.selected = this.hovered = null;
    if (keep && old.length === panes.length)
      panes.forEach((pane, i) => {
        if (pane.tree.frame === old[i].tree.frame && pane.weights[old[i].focus] > 0) pane.window = pane.zoomTo(old[i].focus);
      });
    this.place();
    if (!keep) this.box.scrollTop = this.start;
    this.draw();
  }

  // Where rows stand: a pane that grows upwards has its root at its bottom, the sandwich shares one row.
  place() {
    let y = 0, shared = null;
    this.start = 0;
    for (const pane of this.panes) {
      const height = pane.rows * ROW;
      if (!pane.down) {
        const below = this.panes.length > 1 ? 0 : Math.max(0, this.box.clientHeight - height - 2);
        pane.y = y + below + height - ROW;
        y += below + height;
        shared = pane.y;
        if (this.panes.length === 1) this.start = y;
        else this.start = Math.max(0, y - this.box.clientHeight / 2);
      } else {
        pane.y = shared === null ? 0 : shared;
        y = Math.max(y, pane.y + height);
      }
    }
    this.height = y;
    this.space.style.height = y + 'px';
  }

  rowY(pane, depth) { return pane.y + (pane.down ? depth : -depth) * ROW; }

  draw() {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => { this.due = false; this.paint(); });
  }

  paint() {
    const ratio = devicePixelRatio || 1, width = this.box.clientWidth, height = this.box.clientHeight;
    if (!width || !height) return;
    if (this.lastHeight !== height) { this.lastHeight = height; this.place(); }
    const { canvas, context: c } = this;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = width + 'px';
      canvas.style.height = height + 'px';
    }
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    c.font = '11.5px ui-monospace, "SF Mono", "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace';
    c.textBaseline = 'middle';
    this.char = c.measureText('0123456789').width / 10;
    this.width = width;
    this.top = this.box.scrollTop;
    for (const pane of this.panes) this.paintPane(pane, height);
    for (const at of [this.hovered, this.selected]) if (at) this.outline(at, at === this.selected);
  }

  paintPane(pane, height) {
    const { tree, weights, x, first, kids } = pane;
    const [from, to] = pane.window, scale = this.width / (to - from);
    pane.drawn = [];
    const c = this.context, todo = [0];
    while (todo.length) {
      const node = todo.pop(), depth = tree.depth[node];
      const y = this.rowY(pane, depth) - this.top;
      if (pane.down ? y > height : y < -ROW) continue;
      const left = Math.max(0, (x[node] - from) * scale), right = Math.min(this.width, (x[node] + weights[node] - from) * scale);
      if (y > -ROW && y < height) this.paintNode(c, pane, node, left, right, y);
      for (let k = first[node], end = first[node + 1]; k < end; ++k) {
        const kid = kids[k], w = weights[kid] * scale, a = (x[kid] - from) * scale;
        if (w < NARROW) {
          if (!pane.sorted || tree.frame[kid] === LIGHTER) continue;
          // All that follow are as narrow: one quiet box for them, and what is behind them is LIGHTER.
          const last = tree.frame[kids[end - 1]] === LIGHTER ? end - 1 : end;
          const b = last < end ? (x[kids[last]] - from) * scale : a + this.rest(pane, k, last) * scale;
          this.paintRest(c, Math.max(0, a), Math.min(this.width, b), this.rowY(pane, depth + 1) - this.top);
          k = last - 1;
          continue;
        }
        if (a + w <= 0 || a >= this.width) continue;
        todo.push(kid);
      }
    }
  }

  // What the children from one to another have together.
  rest({ weights, kids }, from, to) {
    let sum = 0;
    for (let k = from; k < to; ++k) sum += weights[kids[k]];
    return sum;
  }
  paintRest(c, left, right, y) {
    if (right - left < 1) return;
    c.fillStyle = this.look.rest;
    c.fillRect(left, y, right - left, ROW - 1);
  }

  paintNode(c, pane, node, left, right, y) {
    const frame = this.frames[pane.tree.frame[node]];
    const faint = this.hits && !this.hits[frame.id];
    (pane.drawn[pane.tree.depth[node]] ||= []).push(left, right, node);
    c.globalAlpha = faint ? 0.28 : pane.focus && pane.tree.depth[node] < pane.tree.depth[pane.focus] ? 0.6 : 1;
    c.fillStyle = this.look.fill(pane.tree, node, frame);
    const gap = right - left > 3 ? 1 : 0;
    c.fillRect(left, y, right - left - gap, ROW - 1);
    const room = Math.floor((right - left - 2 * PAD) / this.char);
    if (room >= 3) {
      c.fillStyle = this.look.ink(pane.tree, node, frame);
      c.fillText(this.fit(frame, room, node, pane), left + PAD, y + ROW / 2);
    }
    c.globalAlpha = 1;
  }

  fit(frame, room, node, pane) {
    const extra = node === 0 || room > frame.short.length + 14 ? this.look.note(pane, node) : '';
    for (const name of [frame.name, frame.short]) if (name.length + extra.length + 2 <= room && extra) return name + '  ' + extra;
    for (const name of [frame.name, frame.short, frame.tail]) if (name.length <= room) return name;
    return frame.tail.slice(0, room - 1) + '…';
  }

  outline({ pane, node }, strong) {
    const [from, to] = pane.window, scale = this.width / (to - from);
    const left = Math.max(0, (pane.x[node] - from) * scale), right = Math.min(this.width, (pane.x[node] + pane.weights[node] - from) * scale);
    const c = this.context;
    c.strokeStyle = this.look.line;
    c.lineWidth = strong ? 2 : 1;
    c.strokeRect(left + 0.5, this.rowY(pane, pane.tree.depth[node]) - this.top + 0.5, Math.max(1, right - left - 1.5), ROW - 2);
  }

  find(event) {
    const rect = this.canvas.getBoundingClientRect(), px = event.clientX - rect.left, py = event.clientY - rect.top + this.top;
    for (const pane of this.panes) {
      const depth = Math.floor(pane.down ? (py - pane.y) / ROW : (pane.y + ROW - py) / ROW);
      if (depth < 0) continue;
      const row = (pane.drawn || [])[depth];
      for (let i = 0; row && i < row.length; i += 3) if (px >= row[i] && px < row[i + 1]) return { pane, node: row[i + 2] };
    }
    return null;
  }

  point(event) {
    if (this.held) return;
    const at = this.find(event), was = this.hovered;
    this.canvas.style.cursor = at ? 'pointer' : 'default';
    this.hovered = at;
    this.on.hover(at, event);
    if ((at && at.node) !== (was && was.node) || (at && at.pane) !== (was && was.pane)) this.draw();
  }

  select(pane, node) {
    this.selected = node === null ? null : { pane, node };
    this.on.pick(this.selected);
    this.draw();
  }

  // Moves the window there, quickly but so that the eye can follow.
  zoom(pane, node) {
    const to = pane.zoomTo(node), from = pane.window, begun = performance.now();
    const time = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 160;
    const step = (now) => {
      const t = time ? Math.min(1, (now - begun) / time) : 1, s = t * t * (3 - 2 * t);
      pane.window = t === 1 ? to : [from[0] + (to[0] - from[0]) * s, from[1] + (to[1] - from[1]) * s];
      this.paint();
      if (t < 1 && pane.moving === step) requestAnimationFrame(step);
    };
    pane.moving = step;
    step(time ? begun : begun + 1);
    this.on.zoomed();
  }

  reset() { for (const pane of this.panes) this.zoom(pane, 0); }
  isZoomed() { return this.panes.some((pane) => pane.focus !== 0 || pane.window[1] - pane.window[0] < pane.weights[0] * 0.999); }

  // With Ctrl (or pinched) it zooms around the pointer; else the page scrolls as ever.
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const at = this.find(event) || { pane: this.panes[this.panes.length - 1] };
    const pane = at.pane, all = pane.weights[0], px = event.clientX - this.canvas.getBoundingClientRect().left;
    const [from, to] = pane.window, mid = from + (to - from) * px / this.width;
    const span = Math.min(all, Math.max(all * 1e-9, (to - from) * Math.exp(event.deltaY * 0.004)));
    const left = Math.min(all - span, Math.max(0, mid - span * px / this.width));
    pane.window = [left, left + span];
    pane.focus = 0;
    pane.moving = null;
    this.draw();
    this.on.zoomed();
  }

  drag(event) {
    if (event.button !== 0) return;
    const at = this.find(event), pane = at ? at.pane : this.panes[0];
    if (!pane) return;
    const start = event.clientX, startY = event.clientY, [from, to] = pane.window, top = this.box.scrollTop;
    this.dragged = false;
    this.held = true;
    const move = (e) => {
      if (!this.dragged && Math.hypot(e.clientX - start, e.clientY - startY) < 5) return;
      this.dragged = true;
      this.on.hover(null);
      const span = to - from, left = Math.min(pane.weights[0] - span, Math.max(0, from - (e.clientX - start) / this.width * span));
      pane.window = [left, left + span];
      this.box.scrollTop = top - (e.clientY - startY);
      this.draw();
    };
    const up = () => {
      this.held = false;
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', up);
      removeEventListener('pointercancel', up);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', up);
    addEventListener('pointercancel', up);
  }

  // Arrow keys: 'in' to the heaviest call, 'out' to the caller, 'left' and 'right' to siblings.
  move(way) {
    if (!this.selected) {
      const pane = this.panes[this.panes.length - 1];
      if (pane) this.select(pane, pane.focus);
      return;
    }
    let { pane, node } = this.selected;
    const { tree, first, kids, weights } = pane;
    if (way === 'out') {
      if (node > 0) node = tree.parent[node];
    } else if (way === 'in') {
      if (first[node + 1] > first[node] && weights[kids[first[node]]] > 0) node = kids[first[node]];
    } else if (node > 0) {
      const up = tree.parent[node];
      let k = kids.subarray(first[up], first[up + 1]).indexOf(node) + first[up] + (way === 'left' ? -1 : 1);
      if (k >= first[up] && k < first[up + 1] && weights[kids[k]] > 0) node = kids[k];
    }
    this.reveal(pane, node);
    this.select(pane, node);
  }

  // Up or down on the screen: into the sandwich's other half at its middle.
  vertical(screenDown) {
    const at = this.selected;
    if (at && at.node === 0 && this.panes.length > 1) {
      const pane = this.panes.find((p) => p.down === screenDown);
      this.selected = { pane, node: 0 };
      return this.move('in');
    }
    const pane = at ? at.pane : this.panes[0];
    this.move(pane && pane.down === screenDown ? 'in' : 'out');
  }

  // Widens the window and scrolls until a node can be seen.
  reveal(pane, node) {
    const scale = this.width / (pane.window[1] - pane.window[0]);
    const left = (pane.x[node] - pane.window[0]) * scale, wide = pane.weights[node] * scale;
    if (left + wide <= 0 || left >= this.width || wide < 2) this.zoom(pane, node ? pane.tree.parent[node] : 0);
    const y = this.rowY(pane, pane.tree.depth[node]);
    if (y < this.box.scrollTop) this.box.scrollTop = y - ROW;
    else if (y + ROW > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = y + 2 * ROW - this.box.clientHeight;
  }
}
