// A tree of calls and what is made of it. Arrays by node; node 0 is the root, callers stand before what they call.
const ROOT = 0, LIGHTER = 1; // frames that are none: the whole, and calls too light to be told apart

class Tree {
  // Of every node: its frame, its caller, its own value now and in the base (null: there is none), whether it was inlined.
  constructor(frame, parent, now, base, inlined) {
    Object.assign(this, { frame, parent, now, base, inlined });
    const n = this.size = frame.length;
    this.depth = new Int32Array(n);
    for (let i = 1; i < n; ++i) this.depth[i] = this.depth[parent[i]] + 1;
    this.nowSum = this.sums(now);
    this.baseSum = base ? this.sums(base) : null;
  }

  // What every node and all that it calls have together.
  sums(own) {
    const sum = Float64Array.from(own);
    for (let i = this.size - 1; i > 0; --i) sum[this.parent[i]] += sum[i];
    return sum;
  }

  // Widths: 'now', 'base', 'both', or only what 'grew' or 'shrank'. `norm`: what values of the base are multiplied by.
  weights(kind, norm) {
    if (!this.base || kind === 'now') return this.nowSum;
    if (kind === 'base') return this.baseSum;
    const own = new Float64Array(this.size), { now, base } = this;
    if (kind === 'both') for (let i = 0; i < own.length; ++i) own[i] = now[i] + base[i] * norm;
    else if (kind === 'grew') for (let i = 0; i < own.length; ++i) own[i] = Math.max(0, now[i] - base[i] * norm);
    else for (let i = 0; i < own.length; ++i) own[i] = Math.max(0, base[i] * norm - now[i]);
    return this.sums(own);
  }

  // From the outermost to the node.
  path(node) {
    const path = [];
    for (; node > 0; node = this.parent[node]) path.push(node);
    return path.reverse();
  }
}

// Grows a tree in which the same frame under the same caller is one node.
class TreeMaker {
  constructor(frames, rootFrame, hasBase) {
    this.frames = frames;
    this.frame = [rootFrame];
    this.parent = [-1];
    this.now = [0];
    this.base = hasBase ? [0] : null;
    this.inlined = [1];
    this.index = new Map();
  }

  child(parent, frame, inlined) {
    const key = parent * this.frames + frame;
    let node = this.index.get(key);
    if (node === undefined) {
      node = this.frame.length;
      this.index.set(key, node);
      this.frame.push(frame);
      this.parent.push(parent);
      this.now.push(0);
      if (this.base) this.base.push(0);
      this.inlined.push(1);
    }
    if (!inlined) this.inlined[node] = 0;
    return node;
  }

  add(node, now, base) {
    this.now[node] += now;
    if (this.base) this.base[node] += base;
  }

  tree() {
    return new Tree(Int32Array.from(this.frame), Int32Array.from(this.parent), this.now, this.base, this.inlined);
  }
}

// The data of the page: frames, and a tree for every sample type.
class Profile {
  constructor(data) {
    this.title = data.title;
    this.labels = data.labels;
    this.column = data.column;
    this.leftOut = data.leftOut;
    this.scale = data.scale;
    this.columns = data.columns;
    this.frames = data.frames.map(([name, file], id) => describe(name, file, id));
    const n = data.frame.length;
    this.frame = Int32Array.from(data.frame);
    this.parent = new Int32Array(n);
    this.inlined = new Uint8Array(n);
    for (const node of data.inlined) this.inlined[node] = 1;
    const open = [];
    for (let i = 0; i < n; ++i) {
      const depth = data.depth[i];
      this.parent[i] = depth ? open[depth - 1] : -1;
      open[depth] = i;
    }
    this.trees = [];
  }

  tree(column) {
    const { now, base, flat, cum, flatBase = [], cumBase = [] } = this.columns[column];
    if (this.trees[column]) return this.trees[column];
    const tree = this.trees[column] = new Tree(this.frame, this.parent, now, base.length ? base : null, this.inlined);
    if (flat) tree.sumsByFrame = { flat, cum, flatBase, cumBase }; // the tree lacks its lightest calls, these do not
    return tree;
  }

  // Leaves first: what uses most, and by whom it was called.
  inverted(tree) {
    const out = new TreeMaker(this.frames.length, ROOT, !!tree.base);
    for (let i = 1; i < tree.size; ++i) {
      const now = tree.now[i], base = tree.base ? tree.base[i] : 0;
      if (!now && !base) continue;
      let at = 0;
      for (let up = i; up > 0; up = tree.parent[up]) at = out.child(at, tree.frame[up], tree.inlined[up]);
      out.add(at, now, base);
    }
    return out.tree();
  }

  // Both sides of a function: all that it calls, and all that calls it; of recursive calls the outermost counts.
  sandwich(tree, frame) {
    const below = new TreeMaker(this.frames.length, frame, !!tree.base);
    const above = new TreeMaker(this.frames.length, frame, !!tree.base);
    const place = new Int32Array(tree.size).fill(-1);
    for (let i = 1; i < tree.size; ++i) {
      const up = place[tree.parent[i]];
      if (up >= 0) place[i] = below.child(up, tree.frame[i], tree.inlined[i]);
      else if (tree.frame[i] === frame) {
        place[i] = 0;
        let at = 0;
        for (let caller = tree.parent[i]; caller > 0; caller = tree.parent[caller])
          at = above.child(at, tree.frame[caller], tree.inlined[caller]);
        above.add(at, tree.nowSum[i], tree.base ? tree.baseSum[i] : 0);
      }
      if (place[i] >= 0) below.add(place[i], tree.now[i], tree.base ? tree.base[i] : 0);
    }
    return { below: below.tree(), above: above.tree() };
  }

  // Of every frame its own value and that with all it calls, each counted once a stack; now and in the base.
  functions(tree) {
    if (tree.sumsByFrame) return tree.sumsByFrame;
    const n = this.frames.length, make = () => new Float64Array(n);
    const out = { flat: make(), cum: make(), flatBase: make(), cumBase: make() };
    const open = new Int32Array(n), path = [];
    for (let i = 1; i < tree.size; ++i) {
      while (path.length >= tree.depth[i]) --open[tree.frame[path.pop()]];
      const f = tree.frame[i];
      out.flat[f] += tree.now[i];
      if (!open[f]) out.cum[f] += tree.nowSum[i];
      if (tree.base) {
        out.flatBase[f] += tree.base[i];
        if (!open[f]) out.cumBase[f] += tree.baseSum[i];
      }
      ++open[f];
      path.push(i);
    }
    return out;
  }

  // The part of the whole that goes through any of the frames marked in `hits`.
  share(tree, weights, hits) {
    const inside = new Uint8Array(tree.size);
    let sum = 0;
    for (let i = 1; i < tree.size; ++i) {
      if (inside[tree.parent[i]]) inside[i] = 1;
      else if (hits[tree.frame[i]]) { inside[i] = 1; sum += weights[i]; }
    }
    return sum;
  }
}

// How much of a tree's root is in C that Go called: what its two colours are worth.
function shareOfC(tree, frames) {
  let sum = 0, go = 0;
  for (let i = 1; i < tree.size; ++i) {
    const own = frames[tree.frame[i]].language, above = frames[tree.frame[tree.parent[i]]].language;
    if (own === 'C' && above === 'Go') sum += tree.nowSum[i];
    if (own === 'Go') go = 1;
  }
  return go && tree.nowSum[0] ? sum / tree.nowSum[0] : 0;
}

// Go's standard library by its roots, where no path says it.
const STANDARD = new RegExp('^(runtime|internal|vendor|net|os|io|fmt|sync|bufio|bytes|strings|strconv|encoding|compress|crypto|database|sort|slices|maps|' +
  'time|reflect|regexp|syscall|math|context|errors|hash|html|image|log|mime|path|text|unicode|unsafe|archive|container|debug|embed|expvar|flag|go|' +
  'iter|plugin|testing|bytealg|memeqbody|aeshashbody|cmpbody|indexbytebody|memclrNoHeapPointers|memmove|gcWriteBarrier)([./(]|$)');

// A frame as it is shown: shorter names for narrow boxes, and what it belongs to.
function describe(name, file, id) {
  const slash = name.lastIndexOf('/', name.search(/[[(]|$/));
  const short = name.slice(slash + 1);
  const dot = short.indexOf('.');
  let group = slash >= 0 || dot > 0 ? name.slice(0, dot > 0 ? slash + 1 + dot : name.length) : '';
  if (name.includes('::')) group = name.slice(0, name.indexOf('::'));
  return {
    id, name, file, short, tail: tailOf(short, dot) || short, group,
    kind: kindOf(id, name, file, group), language: languageOf(id, name, file),
  };
}

// Go or C (and whatever else is no Go): by the source file, else by how the name is made. Go's names have their package before
// a dot; C's have dots only before what a compiler adds.
const COMPILERS = /\.(part|isra|constprop|cold|lto_priv|llvm|localalias)(\.|$)/;
function languageOf(id, name, file) {
  if (id === ROOT || id === LIGHTER) return '';
  if (/\.go$/.test(file)) return 'Go';
  if (file && !/\.s$/.test(file)) return 'C';
  return /^\[|::|^_Z/.test(name) || !name.replace(COMPILERS, '').includes('.') ? 'C' : 'Go';
}

const tailOf = (short, dot) => (short.includes('::') ? short.slice(short.lastIndexOf('::') + 2) : short.slice(dot + 1));

// The program's own code, a library, or what the language brings along.
function kindOf(id, name, file, group) {
  if (id === ROOT || id === LIGHTER) return 'none';
  if (/\/pkg\/mod\/|\/vendor\/|@v[0-9]/.test(file)) return 'library';
  if (STANDARD.test(name) && (!file.startsWith('/') || file.includes('/src/'))) return 'standard';
  if (/^\/usr\/(lib|include|src)|^\/build\/|\/sysdeps\//.test(file)) return 'standard';
  if (!file && group.split('/')[0].includes('.')) return 'library';
  return 'own';
}
