// Known answers, asked of the module itself: an enrolment takes ECDSA, ECDH, HKDF, HMAC and
// SHA-256, and with one bit changed it must be refused, or a module that says yes to everything
// would pass.
import { SuanpanError } from '../error.js';
import { fromBase64url } from './base64url.js';
import { known } from './known_answers.js';

// Another character in the place of the first: other bits, still base64url.
const changed = (text) => (text[0] === 'A' ? 'B' : 'A') + text.slice(1);

/** Rejects with E_ENGINE and what has failed. verbs: engine.sync, also of one in a worker. */
export async function selfTest(verbs) {
  const { entropy, pub, secret, enrolment, wxk, keys, transcript, record } = known();
  const check = (isGood, what) => {
    if (!isGood) throw new SuanpanError('E_ENGINE', '', `the self-test failed: ${what}`);
  };
  const codeOf = async (asked) => {
    try {
      await verbs.enrollFinish(asked);
      return null;
    } catch (error) {
      return error.code;
    }
  };
  const begun = await verbs.enrollBegin({ entropy: fromBase64url(entropy) });
  check(begun.pub === pub && begun.secret === secret, 'a key pair');
  const asked = Object.assign({}, enrolment, { secret, wxk: fromBase64url(wxk) });
  const found = await verbs.enrollFinish(asked);
  check(found.keys === keys && found.transcript === transcript, 'an enrolment');
  for (const [name, code] of [['sig', 'E_SIGNATURE'], ['mac', 'E_MAC']]) {
    const reply = Object.assign({}, asked.reply, { [name]: changed(asked.reply[name]) });
    check(await codeOf(Object.assign({}, asked, { reply })) === code, `${name} was not refused`);
  }
  check(await verbs.sealRecord({ keys, name: 'a', text: 'b' }) === record, 'a record');
}
