import type { CartSource } from '../bind.js';

/**
 * What `view()` gives, drawn anew when the source changes. React 18 and newer, Taro.
 * 源变化时重新计算 `view()`；相同的部分保持同一对象。
 */
export function useCart<V>(options: { source: CartSource; view(): V }): V;
