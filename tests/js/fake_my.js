// my.* of Alipay, as far as hosts ask for it, with the names and numbers of its documents: answers
// have `headers` and `status`, failures `error` and `errorMessage`; a key that is not there is a
// success of null; the page has no random numbers, and WebAssembly is there in workers only.
const later = (work) => setTimeout(work, 0);

/** The numbers with which my.request fails. */
export const requestErrors = {
  1: 'not implemented!', 2: '接口参数无效', 11: '无权跨域', 12: '网络出错', 13: '超时',
  14: '解码失败', 15: '传参编码有误', 19: 'HTTP错误', 20: '请求已被停止/服务端限流', 23: '代理请求失败',
};

const keyLengthMax = 200 * 1024;

/** { my, values, calls }. `answer(options)` gives { success } or { fail } of my.request. */
export function fakeMy({ answer = () => null } = {}) {
  const values = new Map();
  const calls = [];
  const my = {
    getStorage: ({ key, success }) => later(() =>
      success({ data: values.has(key) ? values.get(key) : null, success: true })),
    setStorage({ key, data, success, fail }) {
      later(() => {
        if (data.length > keyLengthMax) {
          return fail({ error: 14, errorMessage: '单条数据超出大小上限' });
        }
        values.set(key, data);
        return success({ success: true });
      });
    },
    removeStorage: ({ key, success }) => later(() => {
      values.delete(key);
      success({ success: true });
    }),
    getStorageInfoSync: () => ({ keys: [...values.keys()], currentSize: 1, limitSize: 10240,
      success: true }),
    request(options) {
      calls.push(options);
      later(() => {
        const { success, fail } = answer(options) || {};
        if (success) options.success(success);
        else if (fail) options.fail(fail);
      });
      return { abort() {} };
    },
  };
  return { my, values, calls };
}
