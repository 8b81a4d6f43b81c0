// <navigator>: a tap opens its page.
export function navigator(element, send) {
  const target = {};
  const names = { url: 'url', 'open-type': 'openType', openType: 'openType', delta: 'delta' };
  element.setAttribute('role', 'link');
  element.addEventListener('click', () => send('follow', { ...target }));
  return {
    set(name, value) {
      if (!names[name]) return false;
      target[names[name]] = value;
      return true;
    },
  };
}
