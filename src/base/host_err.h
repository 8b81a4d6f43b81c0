/* Errors that come from the server, or from the phone, the page or the network around the engine:
 * JavaScript raises them, the module never does. They stand in C because all codes have one home;
 * the server's begin at 64, the host's at 101. Numbers are written, never renumbered, never
 * reused. */
#ifndef SP_BASE_HOST_ERR_H
#define SP_BASE_HOST_ERR_H

/* X(name, number, zh, en): what the server answers to an operation (src/sync/README.md). */
#define SP_SERVER_ERRORS(X)                                                                        \
  X(E_ARGS, 64, "操作的参数不对", "the arguments of an operation are wrong")                       \
  X(E_GAP, 65, "缺少之前的操作", "operations before this one are missing")                         \
  X(E_FORK, 66, "操作记录出现分叉", "another operation has this number")                           \
  X(E_DEVICE, 67, "设备未登记", "the device is not enrolled")                                      \
  X(E_DEVICES, 68, "登记的设备过多", "the member has too many devices")                            \
  X(E_BUSY, 69, "请稍后再试", "try again later")                                                   \
  X(E_REPLAY, 70, "重复的请求", "a request that was made before")                                  \
  X(E_POINTS, 71, "积分不足", "not enough points")                                                 \
  X(E_COUPON, 72, "优惠券不可用", "the coupon can't be used")                                      \
  X(E_STOCK, 73, "库存不足", "not enough stock")                                                   \
  X(E_SEAT, 74, "名额已满", "no seat is left")                                                     \
  X(E_REPRICE, 75, "价格已变，请确认", "the price has changed")                                    \
  X(E_LIMIT_MEMBER, 76, "超过每人限购", "over the limit for one member")                           \
  X(E_FIRST_ORDER, 77, "仅限首单", "for the first order only")                                     \
  X(E_BOOK_REVOKED, 78, "规则已停用", "the book was recalled")                                     \
  X(E_STALE_OP, 79, "操作过旧", "the operation is too old")                                        \
  X(E_UID, 80, "操作编号重复", "another operation has this uid")                                   \
  X(E_NOT_FOUND, 81, "不存在", "not there")                                                        \
  X(E_EXPIRED, 82, "已过期", "expired")                                                            \
  X(E_LOGIN, 83, "登录凭证无效，请重新登录", "the login code or the session is not good")

/* X(name, number, zh, en): the host's. */
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
