import { cpSync } from 'node:fs';
import uni from '@dcloudio/vite-plugin-uni';
import { defineConfig } from 'vite';

// Of files that no script imports, uni-app takes only those below src/static; /static/suanpan/ is
// one of the places where the package looks by itself.
cpSync('node_modules/suanpan/miniprogram_dist/suanpan.wasm.br',
  'src/static/suanpan/suanpan.wasm.br');

// uni-app's plugin is CommonJS.
const plugin = typeof uni === 'function' ? uni : uni.default;
export default defineConfig({ plugins: [plugin()] });
