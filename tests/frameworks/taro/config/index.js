// Taro brings into dist/ what scripts import, and nothing else but what is named in `copy`;
// /suanpan/ is one of the places where the package looks by itself.
module.exports = {
  projectName: 'suanpan-recipe-taro',
  designWidth: 750,
  sourceRoot: 'src',
  outputRoot: 'dist',
  framework: 'react',
  compiler: { type: 'webpack5', prebundle: { enable: false } },
  copy: {
    patterns: [{
      from: 'node_modules/suanpan/miniprogram_dist/suanpan.wasm.br',
      to: 'dist/suanpan/suanpan.wasm.br',
    }],
  },
};
