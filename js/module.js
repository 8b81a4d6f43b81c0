// One running module: text or bytes in, text out, a new instance after a trap.
//
// The host gives `start()`, which makes an instance and returns its exports (or a promise of them
// where the platform has no synchronous way), and `text`, which writes and reads UTF-8. State
// never lives in the module alone: what was loaded is kept here, so a trap loses one answer and
// nothing else.
import { SuanpanError } from './error.js';
import { utf8Size } from './utf8.js';

// A page of text or less is given its upper bound of three bytes a unit rather than counted;
// memory never shrinks, so for more than that the count is worth its time.
const boundedLength = 16384;

/** The exports of a fresh instance, ready to be called. */
function initialized(exports) {
  exports._initialize();
  return exports;
}

// Reserves the request area and returns a view of it. The pointer counts as unsigned.
function requestArea(exports, size) {
  const start = exports.sp_request(size) >>> 0;
  if (start === 0) throw new SuanpanError('E_MEMORY');
  return new Uint8Array(exports.memory.buffer, start, size);
}

function errorOf(reply, status) {
  try {
    const { code, path, message, split } = JSON.parse(reply);
    return new SuanpanError(code, path, message, split);
  } catch (error) {
    return new SuanpanError('E_TRAP', '', `error ${status} came without an explanation`);
  }
}

/**
 * Calls a verb of raw exports with text or bytes: { status, reply }. Views are made after the
 * calls that may grow memory, never before; `read` turns the reply's bytes into what is wanted. A
 * reply that has secrets is wiped behind it; the module has wiped the request.
 */
export function enter(exports, verb, input, text) {
  if (!exports[verb]) {
    throw new SuanpanError('E_UNSUPPORTED', '',
      `this module has no ${verb}; all of them: suanpan/wasm, miniprogram_optional/full/`);
  }
  let size = input.length;
  if (typeof input === 'string') {
    const room = size <= boundedLength ? size * 3 : utf8Size(input);
    size = text.write(input, requestArea(exports, room));
  } else {
    requestArea(exports, size).set(input);
  }
  const status = exports[verb](size);
  const replySize = status >= 0 ? status : exports.sp_reply_size();
  const start = exports.sp_reply() >>> 0;
  const bytes = new Uint8Array(exports.memory.buffer, start, replySize);
  const reply = text.read(bytes);
  if (/^sp_(enroll|sync|record)_/.test(verb)) bytes.fill(0);
  return { status, reply };
}

// What stays between calls, each made for the one before it, and the verbs that load it.
const kinds = ['book', 'model', 'history'];
const kindOf = { sp_model_load: 'model', sp_history: 'history' };
// What comes in steps where the host can wait between them.
const published = 'sp_book_open';

/** host: { start, text }. Returns a promise of { call, load, revived, dispose }. */
export async function runModule(host) {
  let exports = initialized(await host.start());
  let kept = {};
  let isReviving = false;
  let isDisposed = false;
  let revival = Promise.resolve();
  let opening = revival;

  function settle(fresh) {
    isReviving = false;
    if (isDisposed) return;
    initialized(fresh);
    const isWhole = kinds.every((kind) => !kept[kind]
      || enter(fresh, kept[kind].verb, kept[kind].input, host.text).status >= 0);
    if (isWhole) exports = fresh;
  }

  // Throws the instance away and gets another one, at once where the host can.
  function revive() {
    exports = null;
    if (isReviving) return;
    isReviving = true;
    const failed = () => {
      isReviving = false;
    };
    try {
      const fresh = host.start();
      if (typeof fresh.then === 'function') revival = fresh.then(settle).then(null, failed);
      else settle(fresh);
    } catch (error) {
      failed();
    }
  }

  function call(verb, input) {
    if (isDisposed) throw new SuanpanError('E_ENGINE', '', 'the engine was disposed of');
    // A revival that failed is tried again by the next call.
    if (exports === null) revive();
    if (exports === null) throw new SuanpanError(isReviving ? 'E_REVIVING' : 'E_TRAP');
    let answer;
    try {
      answer = enter(exports, verb, input, host.text);
    } catch (error) {
      if (error instanceof SuanpanError) throw error;
      // Whatever came out of the module, even a full JavaScript stack: its memory can't be
      // trusted now.
      revive();
      throw Object.assign(new SuanpanError('E_TRAP'), { cause: error });
    }
    if (answer.status < 0) throw errorOf(answer.reply, answer.status);
    return answer.reply;
  }

  // What was loaded stays, and what stood behind it comes back if it still fits.
  function keep(verb, input) {
    const kind = kindOf[verb] || 'book';
    const later = kinds.slice(kinds.indexOf(kind) + 1).map((name) => kept[name]);
    const earlier = kinds.slice(0, kinds.indexOf(kind));
    kept = earlier.reduce((rest, name) => ({ ...rest, [name]: kept[name] }), {});
    kept[kind] = { verb, input };
    for (const load of later) {
      if (!load) break;
      try {
        call(load.verb, load.input);
      } catch (error) {
        if (error.code === 'E_TRAP' || error.code === 'E_REVIVING') throw error;
        break;
      }
      kept[kindOf[load.verb]] = load;
    }
  }

  function load(verb, input) {
    const reply = call(verb, input);
    keep(verb, input);
    return reply;
  }

  return {
    call,
    /**
     * Loads what stays by `verb`; it is loaded again after a trap. What is refused changes nothing.
     * A new book takes the model and the history with it, a new model the history: they come back
     * if they still fit. With `pause` a published book is promised: it comes in short steps,
     * `pause()` is waited for before each, and until the last one the book before answers. Only
     * one comes at a time.
     */
    load(verb, input, pause) {
      if (!pause || verb !== published) return load(verb, input);
      const open = async () => {
        try {
          for (let next = input; ; next = '') {
            await pause();
            const reply = call('sp_book_step', next);
            if (!JSON.parse(reply).more) {
              keep(published, input);
              return reply;
            }
          }
        } catch (error) {
          // It is refused, or another load or a trap came between: at once it shows which.
          return load(published, input);
        }
      };
      opening = opening.then(open, open);
      return opening;
    },
    /** Resolves when a new instance that is on its way is there, or has failed to come. */
    revived: () => revival,
    dispose() {
      isDisposed = true;
      exports = null;
      kept = {};
    },
  };
}
