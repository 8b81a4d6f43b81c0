// The file for the `workers` folder of a mini-program: the engine, away from the page.
import { ownPlatform } from './host/own_platform.js';
import { wxLoad } from './host/wx_load.js';
import { answersBy } from './worker_answers.js';

/* global worker */
worker.onMessage(answersBy(
  ({ wasm }) => wxLoad({ wasm, platform: ownPlatform() }),
  (answer) => worker.postMessage(answer)));
