// The engine's verbs that know keys, as plain functions: see js/sync.d.ts for what they take and
// src/sync/README.md for what they mean. All checks are the module's.
import { SuanpanError } from '../error.js';
import { toBase64url } from './base64url.js';
import { bookRequest, frame, rootText } from './book_request.js';

/**
 * call(verb, input, then): what then makes of the reply to input(), or a promise of it. `verdicts`
 * gets what is said of books, with a copy of their bytes, so that nobody has to ask twice.
 */
export function syncVerbs(call, text, verdicts) {
  const plain = (reply) => reply;
  const ask = (verb, request, blob, then = JSON.parse) =>
    call(verb, () => frame(request(), blob), then);

  return Object.freeze({
    verifyRoot: ({ shop, trusted, next }) =>
      ask('sp_root_verify', () => ({ shop, trusted: rootText(trusted, text) }), next),

    verifyBook(options) {
      const bytes = new Uint8Array(options.book);
      const request = () => bookRequest({ ...options, book: bytes }, text);
      return call('sp_book_verify', request, (reply) => {
        const verified = JSON.parse(reply);
        verdicts.set(verified, bytes);
        return verified;
      });
    },

    openNote: ({ purpose, shop, root, note }) =>
      ask('sp_note_open', () => ({ purpose, shop, root: rootText(root, text) }), note),

    enrollBegin: ({ entropy }) => call('sp_enroll_begin', () => {
      if (!ArrayBuffer.isView(entropy)) throw new SuanpanError('E_ENTROPY', '', 'no random bytes');
      return entropy;
    }, JSON.parse),

    enrollFinish: ({ shop, app, root, secret, nonce, wxk = null, wxkVer = 0, reply }) =>
      ask('sp_enroll_finish', () => {
        const asked = {
          shop, app, root: rootText(root, text), secret, nonce, wxk_ver: wxkVer, reply,
        };
        return wxk === null ? asked : { ...asked, wxk: toBase64url(wxk) };
      }),

    sealSync: ({ keys, request }) => ask('sp_sync_seal', () => ({ keys, request })),
    openSync: ({ keys, nonce, body }) => ask('sp_sync_open', () => ({ keys, nonce }), body),
    sealRecord: ({ keys, name, text: content }) =>
      ask('sp_record_seal', () => ({ keys, name }), content, plain),
    openRecord: ({ keys, name, record }) =>
      ask('sp_record_open', () => ({ keys, name }), record, plain),
  });
}
