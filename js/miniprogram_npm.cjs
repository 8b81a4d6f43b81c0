// What `require('suanpan')` finds in a mini-program after "Build npm", which copies the folder to
// /miniprogram_npm/suanpan/: the same as miniprogram.js, with the paths that the module has there.
'use strict';

const suanpan = require('./miniprogram.js');

const folder = '/miniprogram_npm/suanpan/';
const wasm = [`${folder}suanpan.wasm.br`, `${folder}suanpan.wasm`];

module.exports = Object.assign({}, suanpan, {
  createEngine: (options) => suanpan.createEngine(Object.assign({ wasm }, options)),
});
