// Whether the phone has a network. The driver turns it off and on; whoever listens is told.
import { native } from './native.js';
import { answer, asynchronous } from './wx_async.js';

export function createNetwork() {
  let online = true;
  const onChange = new Set();
  const onOffline = new Set();
  const type = () => (online ? 'wifi' : 'none');

  function set(isOnline) {
    if (online === isOnline) return;
    online = isOnline;
    if (!online) [...onOffline].forEach((listener) => listener());
    native.setTimeout(() => onChange.forEach((listener) =>
      listener({ isConnected: online, networkType: type() })), 0);
  }

  return {
    set,
    isOnline: () => online,
    onOffline(listener) {
      onOffline.add(listener);
      return () => onOffline.delete(listener);
    },
    api: {
      getNetworkType: asynchronous((options) => answer(options, 'success',
        { networkType: type(), errMsg: 'getNetworkType:ok' })),
      onNetworkStatusChange: (listener) => onChange.add(listener),
      offNetworkStatusChange: (listener) => (listener
        ? onChange.delete(listener) : onChange.clear()),
    },
  };
}
