// Several tabs of one shop: one writes and speaks with the server, the others show what it has and
// hand it what was tapped. When the writer goes, another one takes over with what is stored.
//
// `tabs` of the host: lead() resolves, once, when this tab is the writer; post(message) reaches the
// other tabs; listen(heard). Without `tabs` (mini-programs, Node) the one page is the writer.
import { SuanpanError } from '../error.js';

const ANSWER_MS = 20000;
// A tab that opens knows its part by then; where neither word has come it shows what is stored.
const READY_MS = 500;

/**
 * { tabs, clock, name of this tab, onLead, onState, perform(method, args) → promise, stateOf() } →
 * { isLead, ready, publish(), ask(method, args) }
 */
export function joinTabs({ tabs, clock, name, onLead, onState, perform, stateOf }) {
  const asked = new Map();
  let isLead = !tabs;
  let number = 0;
  let isFollowing = false;
  let knowsPart = () => {};
  const ready = new Promise((resolve) => {
    knowsPart = resolve;
    if (isLead) resolve();
    else clock.after(READY_MS, resolve);
  });

  const publish = () => {
    if (tabs && isLead) tabs.post({ state: stateOf() });
  };

  async function answer({ id, method, args }) {
    try {
      tabs.post({ answer: id, value: await perform(method, args) });
    } catch (error) {
      const { code = 'E_TRAP', path, message } = error;
      tabs.post({ answer: id, error: { code, path, message } });
    }
  }

  function heard(message) {
    if (message.state && !isLead) {
      isFollowing = true;
      onState(message.state);
      knowsPart();
    }
    if (message.hello && isLead) publish();
    if (message.id && isLead) answer(message);
    const waiting = asked.get(message.answer);
    if (!waiting) return;
    asked.delete(message.answer);
    waiting.settle(message);
  }

  function ask(method, args) {
    number += 1;
    const id = `${name}/${number}`;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(ANSWER_MS, () => {
        asked.delete(id);
        reject(new SuanpanError('E_TIMEOUT', '', 'the tab that writes does not answer'));
      });
      asked.set(id, { method, args, settle({ value, error }) {
        cancel();
        if (error) reject(new SuanpanError(error.code, error.path, error.message));
        else resolve(value);
      } });
      tabs.post({ id, method, args });
    });
  }

  // What was asked of a tab that is gone: what changes the log is done here (twice is once, by its
  // uid); what speaks to the server may have happened, so the shopper is asked to look again,
  // unless there never was such a tab.
  function takeOver() {
    asked.forEach(({ method, args, settle }, id) => {
      asked.delete(id);
      const isSafe = !isFollowing || method === 'enter' || method === 'keep';
      const done = isSafe ? perform(method, args)
        : Promise.reject(new SuanpanError('E_BUSY', '', 'the tab that was asked is gone'));
      done.then((value) => settle({ value }), (error) => settle({ error }));
    });
  }

  if (tabs) {
    tabs.listen(heard);
    tabs.lead().then(async () => {
      await onLead();
      isLead = true;
      takeOver();
      publish();
      knowsPart();
    });
    tabs.post({ hello: true });
  }
  return {
    get isLead() {
      return isLead;
    },
    ready,
    publish,
    ask,
  };
}
