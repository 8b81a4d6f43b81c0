// The expressions of wasm2js's lines as trees, and the same expressions in one order.
//
// What means the same is written in the same way, because a compressor knows it again then. A tree
// is { op, a, b, c }: a name or a number is { op: 'name', name }, a call { op: '()', a, b } with
// all its arguments in b, memory { op: '[]', a, b }, and what stands before one operand
// { op: 'one', sign, a }.

// How a local variable is called: _1 where there is a function of the name.
export const local = String.raw`\$\d+(?:_1)?`;

const token =
  /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?|[\w$]+)|(>>>|>>|<<|[<>=!]=|[-+*/%&|^~!<>=?:,()[\]]))/y;

const levels = [[','], ['='], ['?'], ['|'], ['^'], ['&'], ['==', '!='], ['<', '>', '<=', '>='],
  ['<<', '>>', '>>>'], ['+', '-'], ['*', '/', '%']];
const levelOf = Object.fromEntries(levels.flatMap((signs, i) => signs.map((sign) => [sign, i])));
const [comma, assignment, choice, tightest] = [0, 1, 2, levels.length];

function tokensOf(text) {
  const tokens = [];
  for (token.lastIndex = 0; token.lastIndex < text.length;) {
    const [, word, sign] = token.exec(text) ?? [];
    if (!word && !sign) throw new Error(`wasm2js output: an expression of another form: ${text}`);
    tokens.push(word ?? sign);
  }
  return tokens;
}

/** An expression of wasm2js → its tree. */
export function parse(text) {
  const tokens = tokensOf(text.trim());
  let at = 0;
  const skip = (wanted) => {
    if (tokens[at++] !== wanted) throw new Error(`wasm2js output: no ${wanted} in ${text}`);
  };
  const inBrackets = (end) => {
    const one = tokens[at] === end ? null : binary(comma);
    skip(end);
    return one;
  };
  const operand = () => {
    const first = tokens[at++];
    if (/^[-+!~]$/.test(first)) return { op: 'one', sign: first, a: operand() };
    let one = first === '(' ? inBrackets(')') : { op: 'name', name: first };
    if (!/^[\w$(]/.test(first ?? ')')) throw new Error(`wasm2js output: no operand in ${text}`);
    while (tokens[at] === '[' || tokens[at] === '(') {
      if (tokens[at++] === '[') one = { op: '[]', a: one, b: inBrackets(']') };
      else one = { op: '()', a: one, b: inBrackets(')') };
    }
    return one;
  };
  const binary = (least) => {
    let one = operand();
    for (let op = tokens[at]; levelOf[op] >= least; op = tokens[at]) {
      at++;
      if (op === '=') {
        one = { op, a: one, b: binary(assignment) };
      } else if (op === '?') {
        const b = binary(assignment);
        skip(':');
        one = { op, a: one, b, c: binary(assignment) };
      } else {
        one = { op, a: one, b: binary(levelOf[op] + 1) };
      }
    }
    return one;
  };
  const tree = binary(comma);
  if (at < tokens.length) throw new Error(`wasm2js output: what comes after a whole in ${text}`);
  return tree;
}

/** A tree as text, with the brackets that it needs where operators are at least so tight. */
export function print(tree, least = comma) {
  const { op, a, b, c } = tree;
  if (op === 'name') return tree.name;
  if (op === '[]') return `${print(a, tightest)}[${print(b)}]`;
  if (op === '()') return `${print(a, tightest)}(${b ? print(b) : ''})`;
  if (op === 'one') {
    const text = print(a, tightest);
    return `${tree.sign}${text.startsWith(tree.sign) ? ' ' : ''}${text}`;
  }
  const level = levelOf[op] ?? assignment;
  // How tight the operands have to be: what groups from the left may stand there on the left.
  const [left, right] = level === assignment ? [tightest, assignment]
    : level === choice ? [choice + 1, assignment] : [level, level + 1];
  const other = c ? ` : ${print(c, assignment)}` : '';
  const text = `${print(a, left)}${op === ',' ? '' : ' '}${op} ${print(b, right)}${other}`;
  return level < least ? `(${text})` : text;
}

/** Whether a tree or what is in it is what is looked for. */
const some = (tree, isIt) => Boolean(tree)
  && (isIt(tree) || some(tree.a, isIt) || some(tree.b, isIt) || some(tree.c, isIt));

// Reads only: it may stand before or after what reads only.
const quiet = /^(Math_\w+|loadBytes)$/;
export const isPure = (tree) => !some(tree, ({ op, a }) =>
  op === '=' || (op === '()' && !quiet.test(a.name)));

const isNumber = ({ op, sign, name, a }) =>
  (op === 'name' ? /^\d/.test(name) : op === 'one' && sign === '-' && isNumber(a));

const isSame = (one, other) => print(one) === print(other);
const isLocal = ({ op, name }) => op === 'name' && !/^\d/.test(name);
// Locals before memory before all else.
const rank = (tree) => (isLocal(tree) ? 0 : tree.op === '[]' ? 1 : tree.op === '<<' ? 2 : 3);

const turned = { '>': '<', '>=': '<=' };

// One tree whose parts are in order.
function inOrder(tree) {
  const { op, a, b } = tree;
  // a - -64 is how WebAssembly says a + 64 in fewer bytes.
  if (op === '-' && b.op === 'one' && b.sign === '-') return { op: '+', a, b: b.a };
  if (isNumber(b ?? a ?? tree) || !b || !isPure(a) || !isPure(b)) return tree;
  // NaN is neither less nor greater.
  if (turned[op]) return { op: turned[op], a: b, b: a };
  // Numbers alone are added and compared here, so that either may come first.
  if (/^(\+|[=!]=)$/.test(op) && rank(b) < rank(a)) return { op, a: b, b: a };
  return tree;
}

// memory = memory + more is memory += more: the place is found before `more` either way, and what
// it holds is read before too, if `more` came first and reads only.
function compound(tree) {
  const { op, a, b } = tree;
  if (op !== '=' || a.op !== '[]' || !isPure(a) || !/^[-+&|^]$/.test(b.op)) return tree;
  if (isSame(a, b.a)) return { op: `${b.op}=`, a, b: b.b };
  const turns = b.op !== '-' && isPure(b.a) && isSame(a, b.b);
  return turns ? { op: `${b.op}=`, a, b: b.a } : tree;
}

/** A tree and all that is in it in order. */
export function ordered(tree) {
  const parts = { ...tree };
  for (const part of ['a', 'b', 'c']) if (tree[part]) parts[part] = ordered(tree[part]);
  return compound(inOrder(parts));
}

/** Whether a tree names a variable. */
export const mentions = (tree, name) => some(tree, (one) => one.name === name);
