/* Errors that come from the phone, the page or the network around the engine: JavaScript raises
 * them, the module never does. They stand in C because all codes have one home; their numbers
 * begin at 101. Numbers are written, never renumbered, never reused. */
#ifndef SP_BASE_HOST_ERR_H
#define SP_BASE_HOST_ERR_H

/* X(name, number, zh, en) */
#define SP_HOST_ERRORS(X)                                                                          \
  X(E_NETWORK, 101, "网络连接失败", "there was no answer from the network")                        \
  X(E_TIMEOUT, 102, "请求超时", "the answer did not come in time")                                 \
  X(E_QUOTA, 103, "本机存储空间不足", "the storage of this device is full")                        \
  X(E_STORAGE, 104, "无法读写本机存储", "the storage of this device can't be used")                \
  X(E_RANDOM, 105, "此环境没有安全随机数", "this host has no secure random numbers")               \
  X(E_SERVER, 106, "服务器未能计价", "the server did not price the cart")                          \
  X(E_SESSION, 107, "登录已失效，请重新登录", "the session is over: sign in again")                \
  X(E_CANCELLED, 108, "调用已取消", "the call was given up")

#endif
