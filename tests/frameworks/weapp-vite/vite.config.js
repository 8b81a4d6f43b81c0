// weapp-vite builds miniprogram_npm/ from `dependencies`, wasm included, by the package's
// `miniprogram` field; nothing has to be copied.
export default { weapp: { srcRoot: 'src' } };
