// `import { startServer } from 'suanpan/server'`: the minimal backend (js/server/README.md).
export { openServer, startServer } from './open.js';
export { testGateway, testNotice } from './gateway.js';
export { standInLogin, weChatLogin } from './login.js';
export { openShop, openStoreOf, settingsDefault } from './shop.js';
export { HttpError } from './refused.js';
export * as admin from './admin.js';
export { openDevelopmentShop } from './development.js';
