'use strict';
// Numbers with units, as the text reports print them: 1.50MB, 2.30s, 12,345.
const Numbers = (() => {
  const FAMILIES = [
    { names: { b: 1, byte: 1, bytes: 1, kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30 },
      steps: [[2 ** 50, 'PB'], [2 ** 40, 'TB'], [2 ** 30, 'GB'], [2 ** 20, 'MB'], [2 ** 10, 'kB'], [1, 'B']] },
    { names: { ns: 1, nanosecond: 1, nanoseconds: 1, us: 1e3, 'μs': 1e3, microseconds: 1e3, ms: 1e6, milliseconds: 1e6, s: 1e9, seconds: 1e9 },
      steps: [[3600e9, 'h'], [1e9, 's'], [1e6, 'ms'], [1e3, 'µs'], [1, 'ns']] },
  ];

  // A function from a value to text.
  function format(unit, scale) {
    const key = unit.toLowerCase();
    for (const family of FAMILIES) {
      const factor = family.names[key];
      if (!factor) continue;
      return (value) => {
        const v = value * factor * scale, size = Math.abs(v);
        if (size === 0) return '0';
        const [step, name] = family.steps.find(([s]) => size >= s) || family.steps[family.steps.length - 1];
        return (v / step).toFixed(2).replace(/\.?0+$/, '') + name;
      };
    }
    const name = key === 'count' || key === '' ? '' : ' ' + unit;
    return (value) => (value * scale).toLocaleString('en', { maximumFractionDigits: 2 }) + name;
  }

  function percent(part, whole) {
    if (!whole) return '0%';
    const p = 100 * part / whole, size = Math.abs(p);
    return (size >= 99.95 || size === 0 ? p.toFixed(0) : size >= 0.995 ? p.toFixed(1) : size >= 0.01 ? p.toFixed(2) : p.toPrecision(1)) + '%';
  }

  const signed = (text, value) => (value > 0 ? '+' : '') + text;
  return { format, percent, signed };
})();
