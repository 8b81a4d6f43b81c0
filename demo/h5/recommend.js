// Recommendation in this page: the model and what the member's browser keeps of him. The only
// request is the model's download, when the first prices are on the screen.
import './recommend.css';
import { memoryOf, shelfOf, topUpSlowly } from '../shared/memory.js';
import { recommendShelf } from './recommend_shelf.js';

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key, text) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // It is known as long as the page lives.
  }
}

/** `changed()`: another tab of the member did something here. Null where there is no model. */
export async function openRecommend(client, changed) {
  const { engine, shop } = client;
  const model = await shop.laterPart('model');
  if (model === null) return null;
  engine.loadModel(model);
  const memory = memoryOf(client, { read, keep });
  addEventListener('storage', () => {
    memory.enter();
    changed();
  });

  const items = ({ cart: { lines } }) =>
    shelfOf(client, { lines, isPersonal: memory.isPersonal() });

  return {
    ...memory,
    shelf: (app) => recommendShelf(app, items(app), memory),
    topUp: (wanted, draw) =>
      topUpSlowly(client, { ...wanted, isPersonal: memory.isPersonal() }, draw),
  };
}
