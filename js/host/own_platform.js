// Which of the names that WeChat and its siblings give their parts is there. Only entries ask.

/* global MYWebAssembly, TTWebAssembly, WXWebAssembly, my, tt, wx */

/** WeChat's, Douyin's, or Alipay's, which is there in workers only; null where there is none. */
export function ownPlatform() {
  if (typeof WXWebAssembly !== 'undefined') return WXWebAssembly;
  if (typeof TTWebAssembly !== 'undefined') return TTWebAssembly;
  return typeof MYWebAssembly === 'undefined' ? null : MYWebAssembly;
}

/** `wx`, Douyin's `tt`, which has its calls, or Alipay's `my`, whose answers have other names. */
export function ownApi() {
  if (typeof wx !== 'undefined') return wx;
  if (typeof tt !== 'undefined') return tt;
  return typeof my === 'undefined' ? null : my;
}
