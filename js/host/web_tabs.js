// The tabs of one shop in a browser: which one writes, and a word to the others.
//
// Web Locks say who writes; the lock goes with its tab, however that ends. Where there are none a
// lease in localStorage is renewed while the tab lives: it is slower to pass on, two tabs that look
// at the same instant are told apart by reading it back, and a tab that has slept while another one
// took it stands back. BroadcastChannel carries words; where it is missing, storage events do.
const LEASE_MS = 5000;
const RENEW_MS = 1500;
const CHECK_MS = 100;

function channel(name) {
  if (typeof BroadcastChannel === 'function') {
    const own = new BroadcastChannel(name);
    return {
      post: (message) => own.postMessage(message),
      listen: (heard) => own.addEventListener('message', ({ data }) => heard(data)),
    };
  }
  const key = `${name}/word`;
  let number = 0;
  return {
    post(message) {
      number += 1;
      try {
        localStorage.setItem(key, JSON.stringify({ message, number, at: Date.now() }));
        // The event has the word; nothing of it is left lying about.
        localStorage.removeItem(key);
      } catch (error) {
        // No room: this word is lost, and nothing else. What matters is asked again.
      }
    },
    listen: (heard) => addEventListener('storage', (event) => {
      if (event.key === key && event.newValue) heard(JSON.parse(event.newValue).message);
    }),
  };
}

const byLock = (name) => new Promise((resolve) => {
  // Never given back: the browser does when the tab is gone.
  navigator.locks.request(name, () => new Promise(() => resolve()));
});

function byLease(name, lost, storage = localStorage) {
  const key = `${name}/lease`;
  const own = `${Date.now()}.${Math.random()}`;
  const read = () => {
    try {
      return JSON.parse(storage.getItem(key)) || { until: 0 };
    } catch (error) {
      return { until: 0 };
    }
  };
  const isOwn = () => read().own === own;
  const write = () => storage.setItem(key, JSON.stringify({ own, until: Date.now() + LEASE_MS }));
  const giveBack = () => isOwn() && storage.removeItem(key);
  return new Promise((resolve) => {
    const look = () => {
      if (read().until > Date.now()) {
        setTimeout(look, RENEW_MS);
        return;
      }
      write();
      // Whoever wrote last in the same instant has it.
      setTimeout(() => {
        if (!isOwn()) {
          look();
          return;
        }
        const renewing = setInterval(() => {
          if (isOwn()) {
            write();
            return;
          }
          clearInterval(renewing);
          lost();
        }, RENEW_MS);
        addEventListener('pagehide', giveBack);
        resolve();
      }, CHECK_MS);
    };
    look();
  });
}

/** { lead(lost), post(message), listen(heard) } of the tabs that share a name. */
export function webTabs(name) {
  const hasLocks = typeof navigator !== 'undefined' && navigator.locks;
  return {
    ...channel(name),
    lead: (lost) => (hasLocks ? byLock(name) : byLease(name, lost)),
  };
}
