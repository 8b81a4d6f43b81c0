// Which of the names that WeChat and its siblings give their parts is there. Only entries ask.

/* global MYWebAssembly, TTWebAssembly, WXWebAssembly, tt, wx */

/** WeChat's, Douyin's, or Alipay's, which is there in workers only; null where there is none. */
export function ownPlatform() {
  if (typeof WXWebAssembly !== 'undefined') return WXWebAssembly;
  if (typeof TTWebAssembly !== 'undefined') return TTWebAssembly;
  return typeof MYWebAssembly === 'undefined' ? null : MYWebAssembly;
}

/** `wx`, or what has its calls. */
export function ownApi() {
  if (typeof wx !== 'undefined') return wx;
  return typeof tt === 'undefined' ? null : tt;
}
