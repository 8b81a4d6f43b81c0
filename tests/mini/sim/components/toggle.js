// <switch>: turns by itself, then tells; the page's own `checked` sets it again.
export function toggle(element, send) {
  element.setAttribute('role', 'switch');
  element.addEventListener('click', () => {
    if (element.hasAttribute('disabled')) return;
    const value = !element.hasAttribute('checked');
    element.toggleAttribute('checked', value);
    send('change', { value });
  });
  return {
    set(name, value) {
      if (name === 'color') element.style.setProperty('--color', value);
      return name === 'color';
    },
  };
}
