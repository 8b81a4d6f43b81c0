// UTF-8 for hosts that have neither TextEncoder nor TextDecoder (mini-programs).
//
// Without a JIT one JavaScript step per byte is the whole cost, so ASCII takes the shortest loop
// on the way in and one native call per chunk on the way out. What is not well-formed becomes
// U+FFFD exactly as TextEncoder and TextDecoder have it; tests/js/utf8.test.js compares them.

const replacement = 0xfffd;

// A chunk is what String.fromCharCode gets as arguments at once; iOS allows 65,536 of them.
const chunkSize = 4096;

// The code point at `index`: a lone surrogate is U+FFFD.
function codePointAt(text, index) {
  const unit = text.charCodeAt(index);
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  // At the end of the text this is NaN, which is in no range.
  const low = unit < 0xdc00 ? text.charCodeAt(index + 1) : 0;
  if (!(low >= 0xdc00 && low <= 0xdfff)) return replacement;
  return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

/** How many bytes the text takes in UTF-8. */
export function utf8Size(text) {
  let size = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    size += unit < 0x800 ? 1 : 2;
    // A pair is two units and four bytes: the second unit adds nothing.
    if (unit >= 0xd800 && unit < 0xdc00 && codePointAt(text, i) !== replacement) i++;
  }
  return size;
}

/** Writes the text at the start of `bytes`, which must have room, and returns its size. */
export function utf8Write(text, bytes) {
  const length = text.length;
  let at = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      bytes[at++] = unit;
      continue;
    }
    const point = codePointAt(text, i);
    if (point < 0x800) {
      bytes[at++] = 0xc0 | (point >> 6);
    } else {
      if (point < 0x10000) {
        bytes[at++] = 0xe0 | (point >> 12);
      } else {
        bytes[at++] = 0xf0 | (point >> 18);
        bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
        i++;
      }
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
    }
    bytes[at++] = 0x80 | (point & 0x3f);
  }
  return at;
}

const isContinuation = (byte) => (byte & 0xc0) === 0x80;

// Bytes from..to as an array of UTF-16 units. A truncated or ill-formed sequence is one U+FFFD
// for its longest valid beginning, as the WHATWG encoding standard wants it.
function units(bytes, from, to) {
  const out = [];
  for (let at = from; at < to;) {
    const lead = bytes[at++];
    if (lead < 0x80) {
      out.push(lead);
      continue;
    }
    let more = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
    // These leads narrow their second byte: no overlong forms, no surrogates, nothing beyond
    // U+10FFFF.
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    const isStart = more > 0 && at < to && bytes[at] >= low && bytes[at] <= high;
    if (!isStart) {
      out.push(replacement);
      continue;
    }
    let point = lead & (0x3f >> more);
    while (more > 0 && at < to && isContinuation(bytes[at])) {
      point = (point << 6) | (bytes[at++] & 0x3f);
      more--;
    }
    if (more > 0) {
      out.push(replacement);
    } else if (point < 0x10000) {
      out.push(point);
    } else {
      out.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + (point & 0x3ff));
    }
  }
  return out;
}

/** The text of UTF-8 bytes. */
export function utf8Read(bytes) {
  let text = '';
  for (let from = 0, to; from < bytes.length; from = to) {
    to = Math.min(from + chunkSize, bytes.length);
    // Never cut inside a sequence: it has three more bytes at most.
    for (let i = 0; i < 3 && to < bytes.length && isContinuation(bytes[to]); i++) to++;
    const part = String.fromCharCode.apply(null, bytes.subarray(from, to));
    // A bound beginning lets a regular expression that is interpreted run three times as fast.
    text += /^[\x00-\x7f]*$/.test(part)
      ? part
      : String.fromCharCode.apply(null, units(bytes, from, to));
  }
  return text;
}
