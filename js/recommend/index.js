// What belongs to recommendation beside the engine: a member's own history, and what pages show.
export { clear, exportText, forEngine, importText, learn, noHistory } from './history.js';
export {
  moreText, shelfCaption, shelfItems, shelfRequest, shelfTitle, topUpRows,
} from './shelf.js';
