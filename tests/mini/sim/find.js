// Finds elements by the selectors of the tests: CSS, and `A >> nth=2 >> B`, each part within what
// the one before it found.
export function findAll(from, selector) {
  return selector.split('>>').map((part) => part.trim()).reduce((found, part) => {
    const [, index] = /^nth=(\d+)$/.exec(part) || [];
    if (index !== undefined) return found.slice(Number(index), Number(index) + 1);
    const all = found.flatMap((element) => [...element.querySelectorAll(part)]);
    return [...new Set(all)];
  }, [from]);
}
