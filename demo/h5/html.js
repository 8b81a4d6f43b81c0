// Pages are strings: html`…` escapes what is put in, morph() brings the document to the new page.
//
// Existing elements are kept where the page still has them, so scroll positions, the focus and a
// finger on a slider survive a repaint. Elements in a list carry data-key. An element with a dash
// in its name (price_text.js) looks after its own children. In the new page data-keep says that the
// children stay as they are, data-same that the whole element does.

class Html {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function part(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(part).join('');
  if (value === null || value === undefined || value === false) return '';
  return String(value).replace(/[&<>"']/g, (character) => escapes[character]);
}

export function html(texts, ...values) {
  return new Html(texts.reduce((all, text, i) => all + part(values[i - 1]) + text));
}

const keyOf = (node) => (node.nodeType === 1 ? node.getAttribute('data-key') : null);

function isSame(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);
}

function morphAttributes(from, to) {
  for (const { name, value } of [...to.attributes]) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name)) from.removeAttribute(name);
  }
  // The attribute is only the first value of an input; what the finger holds is not ours.
  if (from.nodeName === 'INPUT' && from !== from.ownerDocument.activeElement) {
    from.value = to.getAttribute('value');
  }
}

function morphNode(from, to) {
  if (from.nodeType !== 1) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    return;
  }
  if (to.hasAttribute('data-same')) return;
  morphAttributes(from, to);
  if (!from.nodeName.includes('-') && !to.hasAttribute('data-keep')) morphChildren(from, to);
}

function morphChildren(from, to) {
  let next = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const key = keyOf(wanted);
    if (key !== null && next && keyOf(next) !== key) {
      const moved = [...from.children].find((child) => keyOf(child) === key);
      if (moved) {
        from.insertBefore(moved, next);
        next = moved;
      }
    }
    if (next && isSame(next, wanted)) {
      morphNode(next, wanted);
      next = next.nextSibling;
    } else {
      from.insertBefore(wanted, next);
    }
  }
  while (next) {
    const spare = next;
    next = next.nextSibling;
    spare.remove();
  }
}

/** Makes the children of `element` what `page` says, changing only what differs. */
export function morph(element, page) {
  const template = document.createElement('template');
  template.innerHTML = page.toString();
  morphChildren(element, template.content);
}
