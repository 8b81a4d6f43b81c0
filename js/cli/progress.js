// A bar on one line of a terminal, drawn ten times a second at most.
const width = 30;

/** stream: where to draw, null draws nothing. */
export function progressBar(stream, what, total) {
  const start = Date.now();
  let done = 0;
  let drawn = 0;

  function draw() {
    drawn = Date.now();
    const share = total === 0 ? 1 : done / total;
    const filled = Math.round(share * width);
    const rate = Math.round(done / Math.max(0.001, (drawn - start) / 1000));
    stream.write(`\r[${'#'.repeat(filled)}${' '.repeat(width - filled)}] `
      + `${String(Math.floor(share * 100)).padStart(3)} %  ${done}/${total} ${what}, ${rate}/s  `);
  }

  return {
    add(count) {
      done += count;
      if (stream && Date.now() - drawn >= 100) draw();
    },
    end() {
      if (!stream) return;
      draw();
      stream.write('\n');
    },
  };
}
