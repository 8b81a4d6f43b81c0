// The engine's verbs that know keys, as plain functions: see js/sync.d.ts for what they take and
// src/sync/README.md for what they mean. All checks are the module's.
import { SuanpanError } from '../error.js';
import { jsonOf } from '../json.js';
import { fromBase64url, toBase64url } from './base64url.js';
import { bytesOf, join, u32le } from './bytes.js';
import { magics, readSignedFile } from './messages.js';
import { selfTest } from './self_test.js';

// [u32 LE size of the JSON][JSON][blob]
function frame(request, blob = '') {
  const json = bytesOf(jsonOf(request));
  return join(u32le(json.length), json, blob);
}

const isBytes = (value) => ArrayBuffer.isView(value);

/** The J0 of a root: itself, or what the signed file carries. */
function rootText(root, text) {
  if (!isBytes(root)) return root;
  const isFile = bytesOf(magics.root).every((byte, i) => root[i] === byte);
  return text.read(isFile ? readSignedFile(magics.root, root).payload : root);
}

/** What sp_book_verify is asked. `hashes` is false when sp_book_open comes next and checks them. */
export function bookRequest({ shop, root, book, checkpoint = null, now, hashes = true }, text) {
  const asked = { shop, root: rootText(root, text), now, hashes };
  return frame(checkpoint === null ? asked : { ...asked, checkpoint }, book);
}

/** call(verb, bytes) gives the reply's text; callSecretly also wipes it in the module's memory. */
export function syncVerbs({ call, callSecretly, text }) {
  const ask = (verb, request, blob) => JSON.parse(call(verb, frame(request, blob)));
  const askSecretly = (verb, request, blob) => callSecretly(verb, frame(request, blob));

  const verbs = {
    verifyRoot: ({ shop, trusted, next }) =>
      ask('sp_root_verify', { shop, trusted: rootText(trusted, text) }, next),

    verifyBook: (options) => JSON.parse(call('sp_book_verify', bookRequest(options, text))),

    openNote: ({ purpose, shop, root, note }) =>
      ask('sp_note_open', { purpose, shop, root: rootText(root, text) }, note),

    enrollBegin({ entropy }) {
      if (!isBytes(entropy)) throw new SuanpanError('E_ENTROPY', '', 'no random bytes');
      return JSON.parse(callSecretly('sp_enroll_begin', entropy));
    },

    enrollFinish({ shop, app, root, secret, nonce, wxk = null, wxkVer = 0, reply }) {
      const request = {
        shop, app, root: rootText(root, text), secret, nonce, wxk_ver: wxkVer, reply,
      };
      if (wxk !== null) request.wxk = toBase64url(wxk);
      return JSON.parse(askSecretly('sp_enroll_finish', request));
    },

    sealSync: ({ keys, request }) => JSON.parse(askSecretly('sp_sync_seal', { keys, request })),
    openSync: ({ keys, nonce, body }) =>
      JSON.parse(askSecretly('sp_sync_open', { keys, nonce }, body)),
    sealRecord: ({ keys, name, text: content }) =>
      askSecretly('sp_record_seal', { keys, name }, content),
    openRecord: ({ keys, name, record }) =>
      askSecretly('sp_record_open', { keys, name }, record),

    selfTest: () => selfTest(verbs, fromBase64url),
  };
  return Object.freeze(verbs);
}
