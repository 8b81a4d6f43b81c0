// <price-text yuan="13.20"> shows ¥13.20 with small decimals; with `roll` a new amount counts up
// or down to itself in at most 240 ms. `yuan="--"` is the price that is not known yet.
//
// The digits that roll are decoration: assistive technology and tests read the attribute.
const ROLL_MS = 240;

const fenOf = (yuan) => Number(yuan.replace('.', ''));

function yuanOf(fen) {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const isCalm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

class PriceText extends HTMLElement {
  static observedAttributes = ['yuan'];

  attributeChangedCallback(name, before, after) {
    cancelAnimationFrame(this.frame);
    const rolls = this.hasAttribute('roll') && before && before !== '--' && after !== '--';
    if (rolls && !isCalm()) this.roll(fenOf(before), fenOf(after));
    else this.paint(after);
  }

  roll(from, to) {
    const start = performance.now();
    const step = (now) => {
      const part = Math.min(1, (now - start) / ROLL_MS);
      // Ease out: the eye wants the first digits at once.
      const eased = 1 - (1 - part) ** 3;
      this.paint(yuanOf(Math.round(from + (to - from) * eased)));
      if (part < 1) this.frame = requestAnimationFrame(step);
    };
    step(start);
  }

  paint(yuan) {
    const [whole, decimals] = yuan.split('.');
    if (!this.whole) {
      this.innerHTML = '<i>¥</i><b></b><i></i>';
      [, this.whole, this.decimals] = this.children;
    }
    this.whole.textContent = whole;
    this.decimals.textContent = decimals === undefined ? '' : `.${decimals}`;
  }
}

customElements.define('price-text', PriceText);
