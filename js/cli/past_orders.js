// A log of orders as members' pasts: { member, day, skus } in the order of the log. The forms are
// those that the trainer reads (src/RECOMMEND.md, section 2).
import { SuanpanError } from '../error.js';
import { readLog } from './orders.js';

const secondsADay = 86400;

function dayOf(time) {
  if (time === undefined || time === '') return null;
  const seconds = /^\d+$/.test(time)
    ? Number(time) : Date.parse(`${String(time).slice(0, 10)}Z`) / 1000;
  if (!Number.isFinite(seconds)) throw new Error(`no such time: ${time}`);
  return Math.floor(seconds / secondsADay);
}

function fromFields(text) {
  const [, member, day, , ...items] = text.split(' ');
  return { member, day: Number(day), skus: items.map((item) => item.split(':', 1)[0]) };
}

function fromJson(text) {
  const { member, time, now, lines } = JSON.parse(text);
  const id = member && typeof member === 'object' ? member.id : member;
  const day = dayOf(time === undefined ? now : time);
  return { member: id, day, skus: lines.map(({ sku }) => sku) };
}

// Quoted fields may hold commas and doubled quotes.
function fieldsOf(row) {
  const fields = [];
  const field = /("(?:[^"]|"")*"|[^,]*)(,|$)/gy;
  for (let end = ','; end === ',';) {
    const [, value, next] = field.exec(row);
    fields.push(value.startsWith('"') ? value.slice(1, -1).replace(/""/g, '"') : value);
    end = next;
  }
  return fields;
}

function fromCsv([head, ...rows]) {
  const names = fieldsOf(head.text);
  const orders = new Map();
  for (const { text } of rows) {
    const row = Object.fromEntries(fieldsOf(text).map((value, i) => [names[i], value]));
    if (!orders.has(row.order)) {
      orders.set(row.order, { member: row.member, day: dayOf(row.time), skus: [] });
    }
    orders.get(row.order).skus.push(row.sku);
  }
  return [...orders.values()];
}

/** Every order of a file, gzipped or not. */
export function readPastOrders(path) {
  const lines = readLog(path);
  if (lines.length === 0) return [];
  const [{ text: first }] = lines;
  if (!first.startsWith('{') && first.includes(',')) return fromCsv(lines);
  return lines.map(({ number, text }) => {
    try {
      return text.startsWith('{') ? fromJson(text) : fromFields(text);
    } catch (error) {
      throw new SuanpanError('E_LOG_LINE', '', `${path}:${number}: ${error.message}`);
    }
  });
}
