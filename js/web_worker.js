// The file of a Worker of a web page: the engine, away from the page, so that a slow phone goes on
// scrolling while it prices.
import { webLoad } from './host/web_load.js';
import { answersBy } from './worker_answers.js';

const answer = answersBy(webLoad, (message) => globalThis.postMessage(message));
globalThis.onmessage = ({ data }) => answer(data);
