// UTF-8 by TextEncoder and TextDecoder, where the platform has them.
const encoder = new TextEncoder();
// The byte order mark is a character like any other: what went in comes out.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const text = {
  write: (input, bytes) => encoder.encodeInto(input, bytes).written,
  read: (bytes) => decoder.decode(bytes),
};
