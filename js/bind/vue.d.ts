import type { CartSource } from '../bind.js';

/**
 * What `view()` gives, drawn anew when the source changes. Vue 3.2 and newer, uni-app.
 * 源变化时重新计算 `view()`；相同的部分保持同一对象。
 */
export function useCart<V>(options: { source: CartSource; view(): V }): { readonly value: V };
