// Where the built files of this package lie. In CommonJS js/build/dist.js writes another file.
export const dist = new URL('../../dist/', import.meta.url);
