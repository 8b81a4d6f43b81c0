// <scroll-view>: scrolls only in the directions the page asks for, and tells where it is.
const NEAR_PX = 50;

export function scrollView(element, send) {
  let wasNearEnd = false;
  let wasNearStart = true;
  element.addEventListener('scroll', () => {
    const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight } = element;
    send('scroll', { scrollTop, scrollLeft, scrollHeight, scrollWidth });
    const isNearEnd = scrollHeight - clientHeight - scrollTop <= NEAR_PX;
    const isNearStart = scrollTop <= NEAR_PX;
    if (isNearEnd && !wasNearEnd) send('scrolltolower', { direction: 'bottom' });
    if (isNearStart && !wasNearStart) send('scrolltoupper', { direction: 'top' });
    wasNearEnd = isNearEnd;
    wasNearStart = isNearStart;
  });
  return {
    set(name, value) {
      // The children of this very change must be there first.
      const later = (work) => requestAnimationFrame(work);
      if (name === 'scroll-top' || name === 'scrollTop') {
        later(() => element.scrollTo({ top: Number(value) || 0 }));
      } else if (name === 'scroll-into-view' || name === 'scrollIntoView') {
        later(() => {
          // The framework puts a component's own prefix before an id.
          const target = value && element.querySelector(`[id="${value}"], [id$="--${value}"]`);
          if (target) element.scrollTo({ top: target.offsetTop - element.offsetTop });
        });
      } else return false;
      return true;
    },
  };
}
