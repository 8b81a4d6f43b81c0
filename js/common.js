// What every entry exports besides its createEngine.
export { SuanpanError } from './error.js';
export { fenFromYuan, yuan } from './money.js';
export { errors, limits, meaning, reasons, version, warnings } from './generated/codes.js';
