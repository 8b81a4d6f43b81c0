/**
 * suanpan.wasm as JavaScript: each call gives the exports of a fresh instance.
 * suanpan.wasm 的 JS 构建：每次调用返回一个新实例的导出。
 */
declare function createInstance(): object;
export default createInstance;
