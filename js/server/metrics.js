// Counters for Prometheus' text format, and log lines of one JSON object each.
//
// Neither ever gets a key, a login, an openid or a body: callers pass codes, numbers, and ids of
// orders and devices.
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

const escaped = (value) => String(value).replace(/\\/g, '\\\\').replace(/"/g, '\\"')
  .replace(/\n/g, '\\n');
const labelsOf = (labels) => Object.entries(labels)
  .map(([name, value]) => `${name}="${escaped(value)}"`).join(',');

export function openMetrics() {
  const counters = new Map();
  const durations = new Map();
  const gauges = new Map();
  const kept = (map, key, fresh) => {
    if (!map.has(key)) map.set(key, fresh());
    return map.get(key);
  };
  const self = {
    /** A function that counts one more of these. */
    counter(name, labels = {}) {
      const counter = kept(counters, `${name}{${labelsOf(labels)}}`, () => ({ n: 0 }));
      return () => { counter.n += 1; };
    },
    count: (name, labels) => self.counter(name, labels)(),
    /** A function that takes how long one of these took. */
    duration(name, labels) {
      const found = kept(durations, `${name}|${labelsOf(labels)}`,
        () => ({ sum: 0, count: 0, below: SECONDS.map(() => 0) }));
      return (seconds) => {
        found.sum += seconds;
        found.count += 1;
        for (let i = SECONDS.length - 1; i >= 0 && seconds <= SECONDS[i]; i--) found.below[i] += 1;
      };
    },
    gauge: (name, read) => gauges.set(name, read),
    text() {
      const lines = [...counters].map(([key, { n }]) => `${key} ${n}`);
      gauges.forEach((read, name) => lines.push(`${name} ${read()}`));
      durations.forEach(({ sum, count, below }, key) => {
        const [name, labels] = key.split('|');
        const comma = labels === '' ? '' : ',';
        SECONDS.forEach((bound, i) =>
          lines.push(`${name}_bucket{${labels}${comma}le="${bound}"} ${below[i]}`));
        lines.push(`${name}_bucket{${labels}${comma}le="+Inf"} ${count}`);
        lines.push(`${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${count}`);
      });
      return `${lines.join('\n')}\n`;
    },
  };
  return self;
}

/** write: what takes a line; the process' standard output if nothing else is said. */
export function openLog(write = (line) => process.stdout.write(`${line}\n`), clock = Date.now) {
  const line = (level) => (what, more = {}) =>
    write(JSON.stringify({ at: new Date(clock()).toISOString(), level, what, ...more }));
  return { info: line('info'), warn: line('warn'), error: line('error') };
}
