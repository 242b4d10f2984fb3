'use strict';
// The flame graph of one pile: callers above, the innermost frame at the bottom. The user's own frames are strong.
const Flame = (() => {
  const ROW = 20, CHAR = 6.7, SVG = 'http://www.w3.org/2000/svg';

  function build(pile, frames) {
    const root = { name: 'all', place: '', lib: true, value: 0, depth: 0, kids: new Map() };
    for (const [count, stack] of pile.stacks) {
      let node = root;
      root.value += count;
      for (let i = stack.length - 1; i >= 0; --i) {
        const [name, place, lib] = frames[stack[i]];
        let kid = node.kids.get(stack[i]);
        if (!kid) node.kids.set(stack[i], kid = { name, place, lib, value: 0, depth: node.depth + 1, kids: new Map(), up: node });
        kid.value += count;
        node = kid;
      }
    }
    return root;
  }

  function bytes(n) {
    let unit = 0;
    for (; n >= 1024 && unit < 4; ++unit) n /= 1024;
    return (unit && n < 9.95 ? n.toFixed(1) : n.toFixed(0)) + ' ' + ['B', 'KiB', 'MiB', 'GiB', 'TiB'][unit];
  }

  function make(tag, attributes, parent) {
    const element = document.createElementNS(SVG, tag);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    parent.appendChild(element);
    return element;
  }

  class Graph {
    constructor(box, pile, frames) {
      this.box = box;
      this.root = this.focus = build(pile, frames);
      this.query = '';
      this.size = pile.bytes ? bytes : (n) => n.toLocaleString('en');
      this.svg = make('svg', { role: 'img', 'aria-label': 'flame graph of the pile' }, box);
      this.info = box.appendChild(document.createElement('p'));
      this.info.className = 'info';
      this.width = 0;
      new ResizeObserver(() => { if (box.clientWidth !== this.width) this.draw(); }).observe(box);
      this.draw();
    }

    search(query) { this.query = query; this.draw(); }

    text(node) {
      const share = node === this.root ? '' : ` of ${this.size(this.root.value)}`;
      return `${node.name}  ${node.place}  ${this.size(node.value)}${share}`;
    }

    draw() {
      this.width = this.box.clientWidth;
      this.svg.textContent = '';
      let depth = 0;
      const place = (node, x, width) => {
        if (width < 0.5) return;
        depth = Math.max(depth, node.depth);
        this.node(node, x, width);
        let at = x;
        const kids = [...node.kids.values()].sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1));
        for (const kid of kids) {
          const part = width * kid.value / node.value;
          place(kid, at, part);
          at += part;
        }
      };
      for (let up = this.focus.up; up; up = up.up) this.node(up, 0, this.width);
      place(this.focus, 0, this.width);
      this.svg.setAttribute('height', (depth + 1) * ROW);
      this.svg.setAttribute('viewBox', `0 0 ${this.width || 1} ${(depth + 1) * ROW}`);
      this.info.textContent = this.focus === this.root ? 'Click a frame to look at its part alone.' : 'Click "all" to see the whole again.';
    }

    node(node, x, width) {
      const hit = this.query && (node.name + ' ' + node.place).toLowerCase().includes(this.query);
      const g = make('g', { class: (node.lib ? 'lib' : 'user') + (hit ? ' hit' : '') }, this.svg);
      make('rect', { x, y: node.depth * ROW, width, height: ROW - 1, rx: 2 }, g);
      make('title', {}, g).textContent = this.text(node);
      const room = Math.floor((width - 8) / CHAR);
      if (room > 3) {
        let name = node.name;
        if (name.length > room) name = name.slice(name.lastIndexOf('/') + 1);
        if (name.length > room) name = name.slice(0, room - 1) + '…';
        make('text', { x: x + 4, y: node.depth * ROW + 13.5 }, g).textContent = name;
      }
      g.addEventListener('click', () => { this.focus = node; this.draw(); });
      g.addEventListener('mouseenter', () => { this.info.textContent = this.text(node); });
    }
  }
  return { Graph };
})();
