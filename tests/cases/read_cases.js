// The golden cases as JavaScript reads them; tests/cases_run.c explains the format and is strict
// about it, so this reader only has to find the blocks of files that are known to be good.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** RFC 7396. */
export function mergePatch(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const isObject = target !== null && typeof target === 'object' && !Array.isArray(target);
  const result = isObject ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/**
 * Every case that quotes, of every file: { file, line, title, bookText, isBookJson, request,
 * isRequestRaw, expect, error, absent }. What a case does not have is undefined. A raw request is
 * malformed on purpose: no JavaScript value could stand for it.
 */
export const readCases = () => readAllCases()
  .filter((c) => !c.refund && c.estimate === undefined && !c.recommend && !c.topUp);

/** The cases that ask for the prices of cards: the same with `estimate` instead of a request. */
export const readEstimates = () => readAllCases().filter(({ estimate }) => estimate !== undefined);

/** Every case that refunds: the same with `refund`, the request, and without a book. */
export const readRefundCases = () => readAllCases().filter((c) => c.refund);

/** The cases that ask a model or for 凑单: with `recommend` or `topUp`, `model`, and `history`. */
export const readShelfCases = () => readAllCases().filter((c) => c.recommend || c.topUp);

/** Every case of every file, whatever it asks. */
export function readAllCases() {
  return readdirSync(folder).filter((name) => name.endsWith('.md')).sort().flatMap((file) => {
    const cases = [];
    const shared = {};
    let open = null;
    readFileSync(folder + file, 'utf8').split('\n').forEach((text, index) => {
      const fence = /^```(json|text) ([a-z]+)$/.exec(text);
      if (text === '```') open = null;
      else if (fence) {
        open = { raw: fence[1] === 'text', text: '' };
        (cases.at(-1)?.blocks || shared)[fence[2]] = open;
      } else if (open) open.text += `${text}\n`;
      else if (text.startsWith('## ')) {
        cases.push({ file, line: index + 1, title: text.slice(3), blocks: {} });
      }
    });
    return cases.map(({ blocks, ...about }) => {
      const json = (name) => (blocks[name] ? JSON.parse(blocks[name].text) : undefined);
      const book = blocks.book || shared.book;
      return {
        ...about,
        bookText: blocks.patch
          ? JSON.stringify(mergePatch(JSON.parse(book.text), json('patch')))
          : book?.text,
        isBookJson: book?.raw === false,
        refund: json('refund'),
        request: blocks.request?.raw ? undefined : json('request'),
        isRequestRaw: blocks.request?.raw === true,
        estimate: json('estimate'),
        recommend: json('recommend'),
        topUp: json('topup'),
        history: json('history'),
        model: blocks.model || shared.model
          ? JSON.parse((blocks.model || shared.model).text) : undefined,
        expect: json('expect'),
        error: json('error'),
        absent: json('absent') || [],
      };
    });
  });
}
