// <button>: takes no tap while it is disabled or loading.
export function button(element) {
  element.setAttribute('role', 'button');
  return {};
}

/** Whether a tap on this element goes nowhere. */
export const takesNoTap = (target) =>
  target.closest('wx-button[disabled], wx-button[loading]') !== null;
