// A page of a mini-program under WeChat's own declarations: no dom, no Node.
import { createEngine } from 'suanpan-miniprogram';
import { createEngineAsync } from 'suanpan-miniprogram/async';
import { createHost } from 'suanpan-miniprogram/client';
import { patch } from 'suanpan-miniprogram/view';

const app = createEngine({ fallback: () => require('./suanpan.wasm2js.js') });

Page({
  data: { total: '' },

  async onLoad() {
    const engine = await app;
    const host = createHost({ api: wx, namespace: 'tea' });
    const other = await createEngineAsync({
      platform: WXWebAssembly as any,
      worker: () => wx.createWorker('workers/suanpan.worker.js'),
      server: { url: 'https://shop.example', session: () => wx.getStorageSync('session') },
    });
    const { totals } = await other.quote({ now: 1, lines: [] });
    await host.kv.set('cart', await host.prefetched('pre') || '');
    this.setData(patch({}, { total: engine.mode.path || String(totals.payable) }) as any);
    // @ts-expect-error: this host has no fetch
    fetch('https://shop.example');
  },
});
