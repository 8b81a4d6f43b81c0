// Says what wasm2js printed in fewer words.
//
// wasm2js brings a number to 32 bits where it comes in and where it is made, and once more wherever
// it is used, and it prints WebAssembly's blocks as they are. Here a number is brought to 32 bits
// once, and control flow is written as people write it:
//
//   while (1) { if (more) { …; continue; } break; }      while (more) { … }
//   while (1) { label: { …; continue; } break; }         label: while (1) { … }
//   label: { if (done) { break label } … }               if (!(done)) { … }
//   label: { if (one) { …; break label } … }             if (one) { … } else { … }
//   high = a + b | 0; high = high + (carry) | 0;         high = a + b + (carry) | 0;
//
// Expressions come in one order (wasm2js_expression.js), and what moves one number is one call
// (wasm2js_memory.js).
//
// Nothing here knows more of JavaScript than the lines that wasm2js prints: a block begins with a
// line that ends in `{` and ends with one that begins with `}`.
import { isPure, local, mentions, ordered, parse, print } from './wasm2js_expression.js';
import { moves } from './wasm2js_memory.js';

/* ---- lines and statements ---- */

// Lines from at.line to the end of the block → statements: a text, or a block { head, body, tail };
// it has `other` when it is an if with an else.
function statementsOf(lines, at) {
  const body = [];
  for (; at.line < lines.length && !lines[at.line].startsWith('}'); at.line++) {
    const text = lines[at.line];
    if (text === '') continue;
    // The last statement of a block has no semicolon.
    if (!text.endsWith('{')) body.push(/[;:]$/.test(text) ? text : `${text};`);
    else body.push(blockOf(lines, at));
  }
  return body;
}

function blockOf(lines, at) {
  const head = lines[at.line++];
  const block = { head, body: statementsOf(lines, at) };
  if (lines[at.line] === '} else {') {
    at.line++;
    block.other = statementsOf(lines, at);
  }
  block.tail = lines[at.line];
  return block;
}

function printLines(statements, out) {
  for (const one of statements) {
    if (typeof one === 'string') {
      out.push(one);
      continue;
    }
    out.push(one.head);
    printLines(one.body, out);
    if (one.other) {
      out.push('} else {');
      printLines(one.other, out);
    }
    out.push(one.tail);
  }
}

/* ---- control flow ---- */

const conditionOf = (one) => !one.other && one.head?.match(/^if \((.*)\) \{$/)?.[1];
const labelOf = (one) => one.head?.match(/^(label\$\w+) : \{$/)?.[1];
const isBreak = (one, label) => one === `break ${label};`;

const isExpression = (one) => /^(?!(break|continue|return|var|case|default)\b)[^{]*;$/.test(one);

// The head of a loop that goes on as long as a condition holds after these statements.
const withCondition = (head, before, condition) => head.replace('while (1)', () =>
  `while (${[...before.map((one) => one.slice(0, -1)), condition].join(', ')})`);

const names = (one, label) => (typeof one === 'string' ? isBreak(one, label)
  : one.body.some((inner) => names(inner, label))
    || Boolean(one.other?.some((inner) => names(inner, label))));

const renamed = (statements, from, to) => statements.map((one) => {
  if (typeof one === 'string') return isBreak(one, from) ? `break ${to};` : one;
  const other = one.other && renamed(one.other, from, to);
  return { ...one, body: renamed(one.body, from, to), ...(other && { other }) };
});

// What stands outside all brackets.
function outside(text) {
  let depth = 0;
  return [...text].filter((one) => {
    if (one === '(' || one === '[') depth++;
    else if (one === ')' || one === ']') depth--;
    else return depth === 0;
    return false;
  }).join('');
}

const isWhole = (text) => text.split(/[([]/).length === text.split(/[)\]]/).length;

// A condition's opposite. What compares may be turned round where it compares integers.
const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' };
function not(condition) {
  const [, one, sign, other] = condition.match(/^(.*) ([<>]=?) (.*)$/) ?? [];
  const compares = sign && isWhole(one) && isWhole(other)
    && !/[&|^?,!<>=]/.test(outside(`${one} ${other}`).replaceAll('>>>', ''));
  const isInteger = (text) => / >>> 0$|^HEAPU?(8|16|32)\[|^\(.* \| 0\)$/.test(text);
  if (compares && (isInteger(one) || isInteger(other))) return `${one} ${opposite[sign]} ${other}`;
  return `!(${condition})`;
}

// Statements that end a block of this label → the same without going there, as far as that is
// possible.
function withoutBreaks(statements, label) {
  const last = statements.at(-1);
  if (last && isBreak(last, label)) return withoutBreaks(statements.slice(0, -1), label);
  const at = statements.findIndex((one) => conditionOf(one) && isBreak(one.body.at(-1), label));
  if (at < 0) {
    if (!last || typeof last === 'string') return statements;
    const before = statements.slice(0, -1);
    if (/while \(1\) \{$/.test(last.head) && names(last, label)) {
      const [inner] = renamed([last], label, `${label}_`);
      return [...before, loop({ ...inner, head: `${label}_ : ${last.head}` })];
    }
    if (!/^if /.test(last.head)) return statements;
    const end = { ...last, body: withoutBreaks(last.body, label) };
    if (last.other) end.other = withoutBreaks(last.other, label);
    return [...before, end];
  }
  const one = statements[at];
  const before = statements.slice(0, at);
  const rest = withoutBreaks(statements.slice(at + 1), label);
  const then = withoutBreaks(one.body, label);
  if (then.length === 0) {
    return [...before, { head: `if (${not(conditionOf(one))}) {`, body: rest, tail: '}' }];
  }
  return [...before, { ...one, body: then, ...(rest.length > 0 && { other: rest }) }];
}

// A loop as while (condition), where that is what it is. What comes before the condition is part of
// it as long as it is expressions.
function loop(block) {
  const own = block.head.match(/^(label\$\w+) : /)?.[1];
  const goesOn = (one) => one === 'continue;' || one === `continue ${own};`;
  let { head, body } = block;
  const [first, last] = [body.at(-2), body.at(-1)];
  if (last === 'break;' && first && goesOn(first.body?.at(-1))) {
    const inner = first.body.slice(0, -1);
    const condition = conditionOf(first);
    const before = body.slice(0, -2);
    if (condition && before.every(isExpression)) {
      return { ...block, head: withCondition(head, before, condition), body: inner };
    }
    const label = labelOf(first);
    if (label && before.length === 0) {
      return loop({ ...block, head: `${label} : ${head}`, body: inner });
    }
  }
  if (goesOn(last)) body = body.slice(0, -1);
  const labels = [...head.matchAll(/(label\$\w+) : /g)].map(([, label]) => label);
  const at = body.findIndex((one) => !isExpression(one));
  const done = at >= 0 && conditionOf(body[at]);
  const leaves = (one) => one === 'break;' || labels.some((label) => isBreak(one, label));
  if (done && body[at].body.length === 1 && leaves(body[at].body[0])) {
    head = withCondition(head, body.slice(0, at), not(done));
    body = body.slice(at + 1);
  }
  return { ...block, head, body };
}

// Statements → those that stand in their place.
function simpler(statements) {
  return statements.flatMap((one) => {
    if (typeof one === 'string') return [one];
    const isLoop = /while \(1\) \{$/.test(one.head);
    const outer = isLoop ? loop(one) : one;
    const block = { ...outer, body: simpler(outer.body) };
    if (isLoop) return [/while \(1\) \{$/.test(block.head) ? loop(block) : block];
    if (one.other) block.other = simpler(one.other);
    const label = labelOf(block);
    if (!label) return [block];
    const body = withoutBreaks(block.body, label);
    if (body.some((inner) => names(inner, label))) return [{ ...block, body }];
    return body;
  });
}

/* ---- numbers ---- */

const isLocal = (text) => new RegExp(`^${local}$`).test(text);
const isCall = (text) => /^\$\d+\([^()]*(\([^()]*\)[^()]*)*\)$/.test(text);
// Nothing but terms, + and -.
const isSum = (text) => /^(?!-)[\w$ +-]*$/.test(outside(text));

// What stands in brackets as `inner | 0` → what may stand there instead, null where it has to stay.
function rounded(bracket, inner, before, after) {
  // No address is so high that a sum of numbers of 32 bits leads to it by running over.
  if (bracket === '[') return /HEAPU?8$/.test(before) ? `[${inner}]` : null;
  if (/[\w$]$/.test(before)) return null;
  if (isLocal(inner) || isCall(inner)) {
    return /(if|while|switch) $/.test(before) ? `(${inner})` : inner;
  }
  // A sum of sums is brought back to 32 bits as a whole.
  const isTerm = !/[+~!-]$/.test(before) && (/^ [+-] /.test(after) || / [+-] $/.test(before))
    && !/[*/%] $/.test(before) && !/^ [*/%]/.test(after);
  return isTerm && isSum(inner) ? `(${inner})` : null;
}

// A line without the `| 0` of what has 32 bits anyway.
function withoutRounding(line) {
  const open = [];
  let out = '';
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '(' || line[i] === '[') open.push(out.length);
    if (line[i] === ')' || line[i] === ']') {
      const from = open.pop();
      const inner = out.slice(from + 1);
      const before = out.slice(0, from);
      const less = inner.endsWith(' | 0')
        && rounded(out[from], inner.slice(0, -4), before, line.slice(i + 1));
      if (less) {
        out = before + less;
        continue;
      }
    }
    out += line[i];
  }
  return out;
}

// Carries of 64-bit numbers: `low < one ? high + 1 | 0 : high` is high + (low < one) | 0.
const start = String.raw`( = | [+-] \()`;
const carry = new RegExp(
  String.raw`${start}(\S+(?: >>> 0)? [<>] \S+(?: >>> 0)?) \? `
    + String.raw`(${local}) \+ 1 \| 0 : \3([;)])`, 'g');
const noCarry = new RegExp(
  String.raw`${start}(${local}) \? (${local}) : \3 \+ 1 \| 0([;)])`, 'g');
const sum = (before, one, other, after) =>
  `${before}${one} + ${other}${before === ' = ' ? ' | 0' : ''}${after}`;
const withCarry = (line) => line
  .replace(carry, (whole, before, more, high, after) => sum(before, high, `(${more})`, after))
  .replace(noCarry, (whole, before, low, high, after) => sum(before, high, `!${low}`, after));

// Halves of a 64-bit number that was a double are the only numbers that wasm2js leaves without
// sign.
const half = new RegExp(
  `^(${local}) = (~~${local} >>> 0|Math_abs\\(${local}\\) >= 1\\.0 \\? .* >>> 0 : 0);$`);
function withSign(line) {
  if (!line.includes('~~')) return line;
  const [, name, value] = line.match(half) ?? [];
  if (!name) throw new Error(`wasm2js output: a double becomes an integer in ${line}`);
  return `${name} = (${value}) | 0;`;
}

/* ---- expressions ---- */

// What a line says around its expression, and the expression.
const parts = /^((?:label\$\w+ : )*(?:if|while|switch) \(|return |)(.*?)(\) \{|;)$/;
const hasNone = /^(var|case|default|break|continue|function)\b|^return;|^[{}]|: \{$/;

function withOrder(line) {
  if (line === '' || hasNone.test(line)) return line;
  const [, before, expression, after] = line.match(parts) ?? [];
  if (!expression) throw new Error(`wasm2js output: a line of another form: ${line}`);
  return `${before}${print(ordered(parse(expression)))}${after}`;
}

// The upper half of a 64-bit sum in one line: high = a + b | 0; high = high + (carry) | 0. A few
// numbers of 32 bits are added up exactly, which products and quotients are not; the carry must not
// read the upper half, which it would find without a and b.
const carryAfter = new RegExp(`^(${local}) = (.*) \\| 0;\n\\1 = \\1 \\+ (\\(.*\\)) \\| 0;$`, 'gm');
function withCarryInSum(text) {
  return text.replace(carryAfter, (whole, name, addition, carry) => {
    const sum = parse(`${addition} | 0`).a;
    const more = parse(carry);
    const fits = /^[-+]$/.test(sum.op) && !/[*/]/.test(addition)
      && isPure(more) && !mentions(more, name);
    return fits ? `${name} = ${addition} + ${carry} | 0;` : whole;
  });
}

// Variables that nothing names any more.
function withoutUnused(text) {
  return text.replace(/^var (.*);\n/m, (whole, all) => {
    const named = new Set(text.replace(whole, '').match(/[\w$]+/g));
    const used = all.split(', ').filter((one) => named.has(one.split(' ')[0]));
    return used.length > 0 ? `var ${used.join(', ')};\n` : '';
  });
}

/** What wasm2js printed, in fewer words. */
export function shorter(text) {
  const printed = text.split('\n');
  const lines = printed.map((line) => line.trim());
  const out = [];
  for (const at = { line: 0 }; at.line < lines.length; at.line++) {
    if (!/^function \$\d+\(.*\) \{$/.test(lines[at.line])) {
      out.push(printed[at.line]);
      continue;
    }
    const block = blockOf(lines, at);
    const less = [];
    printLines([{ ...block, body: simpler(block.body) }], less);
    const rounded = less.map((line) => withSign(withCarry(withoutRounding(line)))).join('\n');
    const moved = withoutUnused(withCarryInSum(moves(rounded)));
    out.push(...moved.split('\n').map(withOrder));
  }
  return out.join('\n');
}
