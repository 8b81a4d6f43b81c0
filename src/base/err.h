/* Every error a caller can meet. Numbers are written, never renumbered, never reused. */
#ifndef SP_BASE_ERR_H
#define SP_BASE_ERR_H

/* X(name, number, zh, en) */
#define SP_ERRORS(X)                                                                               \
  X(E_JSON, 1, "不是严格的 JSON", "not strict JSON")                                               \
  X(E_UTF8, 2, "不是有效的 UTF-8", "invalid UTF-8")                                                \
  X(E_DEPTH, 3, "嵌套超过 16 层", "nested deeper than 16")                                         \
  X(E_NUMBER, 4, "数字必须是 2^53-1 以内的整数", "a number must be an integer within 2^53-1")      \
  X(E_DUPLICATE_KEY, 5, "重复的键", "duplicate key")                                               \
  X(E_TYPE, 6, "类型不对", "wrong type")                                                           \
  X(E_FIELD, 7, "未知字段", "unknown field")                                                       \
  X(E_REQUIRED, 8, "缺少必填字段", "a required field is missing")                                  \
  X(E_RANGE, 9, "数值超出范围", "value out of range")                                              \
  X(E_LIMIT, 10, "数量超过上限", "too many")                                                       \
  X(E_ID, 11, "编号须为 1 到 64 字节", "an id has 1 to 64 bytes")                                  \
  X(E_DUPLICATE_ID, 12, "重复的编号", "duplicate id")                                              \
  X(E_REFERENCE, 13, "引用的对象不存在", "refers to something that is not there")                  \
  X(E_UNSUPPORTED, 14, "此版本尚不支持", "not supported in this version")                          \
  X(E_CONFLICT, 15, "两处设置互相矛盾", "two settings contradict each other")                      \
  X(E_OVERFLOW, 16, "金额过大", "an amount is too large")                                          \
  X(E_MEMORY, 17, "内存不足", "out of memory")                                                     \
  X(E_NO_BOOK, 18, "尚未载入规则书", "no book is loaded")                                          \
  X(E_MAGIC, 19, "不是规则书文件", "not a book file")                                              \
  X(E_DIGEST, 20, "规则书内容与清单不符", "a part does not match its manifest")                    \
  X(E_UNVERIFIED, 21, "规则书的签名未经验证", "the book's signature has not been verified")        \
  X(E_MEANING, 22, "不支持的计价版本", "unsupported meaning version")                              \
  X(E_DECISION, 23, "所给的优惠组合不成立", "the given decision is not lawful")                    \
  X(E_BENEFIT_VALUE, 24, "混有赠品与减价的选择组须声明价值",                                       \
    "a choice group that mixes money and benefits needs goal_value_fen")                           \
  X(E_TRAP, 25, "引擎内部错误，已重启", "the engine stopped and was restarted")                    \
  X(E_REVIVING, 26, "引擎正在重启", "the engine is being restarted")                               \
  X(E_ENGINE, 27, "无法载入引擎", "the engine could not be loaded")                                \
  X(E_NONCANON, 28, "不是规范形式", "not in canonical form")                                       \
  X(E_SIGNATURE, 29, "签名不成立", "the signature does not hold")                                  \
  X(E_ROOT, 30, "根证书不合规则", "not a lawful root")                                             \
  X(E_SHOP, 31, "属于其他商户", "made for another shop")                                           \
  X(E_ROLLBACK, 32, "比现有版本旧", "older than what is there")                                    \
  X(E_FAST_FORWARD, 33, "版本跳得太远", "too far ahead of what is there")                          \
  X(E_NOT_YET, 34, "尚未到启用时间", "not valid yet")                                              \
  X(E_MAC, 35, "校验码不成立", "the MAC does not hold")                                            \
  X(E_KEY, 36, "密钥不可用", "a key that can't be used")                                           \
  X(E_ENTROPY, 37, "没有可用的随机数", "no random bytes to use")                                    \
  X(E_MODEL, 38, "推荐模型不可用", "a model that can't be used")                                   \
  X(E_NO_MODEL, 39, "尚未载入推荐模型", "no model is loaded")                                      \
  X(E_ORDER_TYPE, 40, "须分开下单", "these goods are orders of their own")

typedef enum {
  SP_OK = 0,
#define X(name, number, zh, en) SP_##name = number,
  SP_ERRORS(X)
#undef X
      SP_ERR_LAST = 40
} sp_err;

#endif
