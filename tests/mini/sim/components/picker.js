// <picker>: a tap opens a panel at the lower edge, which is the host's own and no part of the page.
// Modes selector, multiSelector, time and date.
const panel = document.getElementById('panel');

const two = (number) => String(number).padStart(2, '0');
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const textOf = (item, key) => String(key ? item[key] : item);

// The columns of texts, where each stands, and the value that a choice of indices means.
const MODES = {
  selector({ range: items = [], rangeKey, value = 0 }) {
    return {
      columns: [items.map((item) => textOf(item, rangeKey))],
      at: [Number(value)],
      valueOf: ([index]) => String(index),
    };
  },
  multiSelector({ range: lists = [], rangeKey, value = [] }) {
    return {
      columns: lists.map((items) => items.map((item) => textOf(item, rangeKey))),
      at: lists.map((_, column) => Number(value[column]) || 0),
      valueOf: (indices) => indices,
    };
  },
  time({ value = '00:00', start = '00:00', end = '23:59' }) {
    const [hour, minute] = value.split(':').map(Number);
    // The first and the last hour are cut where the minutes are.
    const clip = (text) => (text < start ? start : text > end ? end : text);
    return {
      columns: [range(0, 23).map(two), range(0, 59).map(two)],
      at: [hour, minute],
      valueOf: ([h, m]) => clip(`${two(h)}:${two(m)}`),
    };
  },
  date({ value = '2026-01-01', start = '2020-01-01', end = '2039-12-31' }) {
    const [year, month, day] = value.split('-').map(Number);
    const first = Number(start.slice(0, 4));
    const years = range(first, Number(end.slice(0, 4)));
    return {
      columns: [years.map(String), range(1, 12).map(two), range(1, 31).map(two)],
      at: [year - first, month - 1, day - 1],
      valueOf: ([y, m, d]) => `${first + y}-${two(m + 1)}-${two(d + 1)}`,
    };
  },
};

function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function showPanel({ columns, at, valueOf }, send) {
  const chosen = [...at];
  const lists = columns.map((texts, column) => {
    const list = make('div', 'panel-column', '');
    const options = texts.map((text) => list.appendChild(make('div', 'panel-option', text)));
    const mark = () => options.forEach((option, index) =>
      option.toggleAttribute('data-chosen', index === chosen[column]));
    options.forEach((option, index) => option.addEventListener('click', () => {
      chosen[column] = index;
      mark();
      send('columnchange', { column, value: index });
    }));
    mark();
    return list;
  });
  const close = (event, detail) => () => {
    panel.replaceChildren();
    send(event, detail());
  };
  const head = make('div', 'panel-head', '');
  head.append(make('div', 'panel-cancel', '取消'), make('div', 'panel-confirm', '确定'));
  head.firstChild.addEventListener('click', close('cancel', () => ({})));
  head.lastChild.addEventListener('click', close('change', () => ({ value: valueOf(chosen) })));
  const body = make('div', 'panel-columns', '');
  body.append(...lists);
  panel.replaceChildren(head, body);
}

export function picker(element, send) {
  const options = {};
  const names = { 'range-key': 'rangeKey' };
  element.addEventListener('click', () => {
    if (!options.disabled) showPanel((MODES[options.mode] || MODES.selector)(options), send);
  });
  return {
    set(name, value) {
      if (!['mode', 'range', 'range-key', 'rangeKey', 'value', 'start', 'end', 'disabled']
        .includes(name)) return false;
      if (value === null) delete options[names[name] || name];
      else options[names[name] || name] = value;
      return true;
    },
  };
}
