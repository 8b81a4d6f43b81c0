// <input> and <textarea>: a native field whose value goes to the page with every key.
const LENGTH_MAX = 140;

function field(element, send, tag) {
  const inner = element.appendChild(document.createElement(tag));
  inner.maxLength = LENGTH_MAX;
  const value = () => ({ value: inner.value });
  inner.addEventListener('input', () =>
    send('input', { ...value(), cursor: inner.selectionStart }));
  inner.addEventListener('focus', () => send('focus', { ...value(), height: 0 }));
  inner.addEventListener('blur', () => send('blur', value()));
  inner.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && tag === 'input') send('confirm', value());
  });

  const set = {
    value(text) {
      const next = text === null || text === undefined ? '' : String(text);
      if (inner.value !== next) inner.value = next;
    },
    placeholder(text) {
      inner.placeholder = text || '';
    },
    // digit and idcard are keyboards of WeChat's own.
    type(type) {
      inner.inputMode = type === 'number' ? 'numeric' : type === 'digit' ? 'decimal' : 'text';
    },
    password(isSecret) {
      inner.type = isSecret ? 'password' : 'text';
    },
    maxlength(length) {
      if (Number(length) < 0) inner.removeAttribute('maxlength');
      else inner.maxLength = Number(length);
    },
    disabled(isDisabled) {
      inner.disabled = Boolean(isDisabled);
    },
    focus(hasFocus) {
      if (hasFocus) inner.focus();
    },
  };
  return {
    set(name, given) {
      if (!set[name]) return false;
      set[name](given);
      return true;
    },
  };
}

export const input = (element, send) => field(element, send, 'input');
export const textarea = (element, send) => field(element, send, 'textarea');
