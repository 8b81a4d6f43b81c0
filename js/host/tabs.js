// Several tabs of one shop: one writes and speaks with the server, the others show what it has and
// hand it what was tapped. When the writer goes, another one takes over with what is stored.
//
// `tabs`: lead(lost) resolves when this tab is the writer, and lost() is called where it is no
// more; post(message) reaches the other tabs, or nobody where there is no room for it;
// listen(heard). Hosts of one page (mini-programs, Node) leave this file out.
//
//   { hello }                            a tab has opened: what is there?
//   { lead, state }                      what the writer of this name has
//   { id, method, args, until? }         asked of the writer, who takes it till then or never
//   { taken: id, lead }                  it has, and will answer however long that lasts
//   { answer: id, value } or { error }
//
// What changes only what is stored is done once however often it is asked, by its uid or because it
// says how things shall be. So it is asked until it is answered, whoever writes by then. What
// speaks to the server is asked once.
import { SuanpanError } from '../error.js';

const ANSWER_MS = 20000;
// A word that was given in time may be heard a little later.
const LATE_MS = 1000;
// A tab that opens knows its part by then; where neither word has come it shows what is stored.
const READY_MS = 500;

const REPEATED = ['enter', 'keep', 'setOrder'];

/**
 * own: { clock, name of this tab, onLead, onState, perform(method, args) → promise, stateOf() }
 * → { isLead, ready, publish(), ask(method, args) }
 */
export function joinTabs(tabs, { clock, name, onLead, onState, perform, stateOf }) {
  // By id: { method, args, until, isTaken, settle(answer) }.
  const asked = new Map();
  // What was taken here: promises by id, so that what is asked twice is done once.
  const taken = new Map();
  let isLead = false;
  let leadName = null;
  let number = 0;
  let knowsPart = () => {};
  const ready = new Promise((resolve) => {
    knowsPart = resolve;
    clock.after(READY_MS, resolve);
  });

  const publish = () => {
    if (isLead) tabs.post({ lead: name, state: stateOf() });
  };

  async function answer({ id, method, args, until }) {
    if (!taken.has(id)) {
      if (clock.now() > until) return;
      tabs.post({ taken: id, lead: name });
      taken.set(id, perform(method, args));
    }
    try {
      tabs.post({ answer: id, value: await taken.get(id) });
    } catch (error) {
      const { code = 'E_TRAP', path, message } = error;
      tabs.post({ answer: id, error: { code, path, message } });
    }
  }

  function settled(id, { value, error }) {
    const { resolve, reject } = asked.get(id);
    asked.delete(id);
    if (error) reject(new SuanpanError(error.code, error.path, error.message));
    else resolve(value);
  }

  // What was asked of a tab that is gone is asked anew, by `again`. Where it had been taken it may
  // have happened, so the shopper is asked to look again.
  function askAnew(again) {
    asked.forEach(({ method, args, isTaken, until }, id) => {
      if (!isTaken || REPEATED.indexOf(method) >= 0) again({ id, method, args, until });
      else settled(id, { error: new SuanpanError('E_BUSY', '', 'the tab that was asked is gone') });
    });
  }

  function heard(message) {
    if (message.lead && !isLead && message.lead !== leadName) {
      leadName = message.lead;
      askAnew((question) => tabs.post(question));
    }
    if (message.state && !isLead) {
      onState(message.state);
      knowsPart();
    }
    if (message.hello && isLead) publish();
    if (message.id && isLead) answer(message);
    if (asked.has(message.taken)) asked.get(message.taken).isTaken = true;
    if (asked.has(message.answer)) settled(message.answer, message);
  }

  function ask(method, args) {
    number += 1;
    const id = `${name}/${number}`;
    const isRepeated = REPEATED.indexOf(method) >= 0;
    const until = isRepeated ? undefined : clock.now() + ANSWER_MS;
    const later = () => {
      const one = asked.get(id);
      if (!one || isLead) return;
      if (isRepeated) offer();
      else if (!one.isTaken) {
        settled(id, { error: new SuanpanError('E_TIMEOUT', '', 'no tab writes') });
      }
    };
    const offer = () => {
      tabs.post({ id, method, args, until });
      clock.after(ANSWER_MS + LATE_MS, later);
    };
    return new Promise((resolve, reject) => {
      asked.set(id, { method, args, until, isTaken: false, resolve, reject });
      offer();
    });
  }

  const takeOver = () => askAnew(({ id, method, args }) => perform(method, args)
    .then((value) => settled(id, { value }), (error) => settled(id, { error })));

  function stand() {
    let isLost = false;
    const lost = () => {
      isLost = true;
      isLead = false;
      tabs.post({ hello: true });
      stand();
    };
    tabs.lead(lost).then(async () => {
      await onLead();
      if (isLost) return;
      isLead = true;
      takeOver();
      publish();
      knowsPart();
    });
  }

  tabs.listen(heard);
  stand();
  tabs.post({ hello: true });
  return {
    get isLead() {
      return isLead;
    },
    ready,
    publish,
    ask,
  };
}
