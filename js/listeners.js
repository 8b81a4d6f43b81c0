/**
 * Tells every listener. What one of them throws comes out as an error that nobody caught, and the
 * others hear all the same.
 */
export function tellAll(listeners, value) {
  listeners.forEach((listener) => {
    try {
      listener(value);
    } catch (error) {
      Promise.reject(error);
    }
  });
}
