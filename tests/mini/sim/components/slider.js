// <slider>: whole steps between min and max.
export function slider(element, send) {
  const inner = element.appendChild(document.createElement('input'));
  const shown = element.appendChild(document.createElement('span'));
  inner.type = 'range';
  const options = { min: 0, max: 100, step: 1, value: 0 };
  let isShown = false;
  const value = () => ({ value: Number(inner.value) });
  const show = () => {
    shown.textContent = isShown ? inner.value : '';
  };
  inner.addEventListener('input', () => {
    show();
    send('changing', value());
  });
  inner.addEventListener('change', () => send('change', value()));
  return {
    set(name, given) {
      if (name === 'disabled') inner.disabled = Boolean(given);
      else if (/^(activeColor|active-color)$/.test(name)) inner.style.accentColor = given;
      else if (/^(showValue|show-value)$/.test(name)) {
        isShown = given !== false && given !== null;
        show();
      } else if (name in options) {
        options[name] = given;
        // Bounds before the value, whatever order they came in: a field clips what does not fit.
        for (const key of ['min', 'max', 'step', 'value']) inner[key] = options[key];
        show();
      } else return false;
      return true;
    },
  };
}
