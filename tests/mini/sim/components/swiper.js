// <swiper>: one <swiper-item> at a time; a drag or a timer turns to the next.
const DRAG_MIN_PX = 30;
const INTERVAL_MS = 5000;

export function swiper(element, send) {
  const options = { interval: INTERVAL_MS };
  let current = 0;
  let from = null;
  let timer = null;
  const items = () => [...element.children].filter(({ tagName }) => /SWIPER-ITEM$/.test(tagName));

  function show() {
    items().forEach((item, index) => item.toggleAttribute('data-shown', index === current));
  }

  function turn(step, source) {
    const count = items().length;
    const next = current + step;
    const wraps = options.circular || source === 'autoplay';
    if (count === 0 || (!wraps && (next < 0 || next >= count))) return;
    current = (next + count) % count;
    show();
    send('change', { current, source });
    send('animationfinish', { current, source });
  }

  const position = (event) => (options.vertical ? event.clientY : event.clientX);
  element.addEventListener('pointerdown', (event) => {
    from = position(event);
  });
  element.addEventListener('pointerup', (event) => {
    const way = from === null ? 0 : position(event) - from;
    from = null;
    if (Math.abs(way) >= DRAG_MIN_PX) turn(way < 0 ? 1 : -1, 'touch');
  });
  new MutationObserver(show).observe(element, { childList: true });

  function schedule() {
    clearInterval(timer);
    if (options.autoplay) timer = setInterval(() => turn(1, 'autoplay'), options.interval);
  }

  return {
    set(name, value) {
      if (name === 'current') {
        current = Number(value) || 0;
        show();
      } else if (['circular', 'vertical', 'autoplay', 'interval'].includes(name)) {
        options[name] = name === 'interval' ? Number(value) : Boolean(value);
        schedule();
      } else return false;
      return true;
    },
  };
}
