// What the page knows of recommendation: the model, the member's own history and his choice whether
// it is used. All of it stays in this browser; the only request is the model's download.
import './recommend.css';
import { clear, exportText, forEngine, importText, learn } from 'suanpan/recommend';
import { shelfItems, shelfRequest } from 'suanpan/recommend';

const modelPath = './seed/tea.model';

/** Null where the page has no model or no engine of its own. */
export async function openRecommend(engine, storageKey) {
  if (!engine) return null;
  const response = await fetch(modelPath);
  if (!response.ok) return null;
  engine.loadModel(new Uint8Array(await response.arrayBuffer()));
  const keys = { history: `${storageKey}.history`, plain: `${storageKey}.nonPersonal` };
  let history = importText(localStorage.getItem(keys.history) || '');
  let isPersonal = localStorage.getItem(keys.plain) === null;
  const tell = () => engine.setHistory(isPersonal ? forEngine(history) : null);
  const store = () => {
    localStorage.setItem(keys.history, exportText(history));
    tell();
  };
  tell();
  return {
    isPersonal: () => isPersonal,
    orderCount: () => history.count,
    items: ({ lines }, now) =>
      shelfItems(engine.recommend(shelfRequest({ lines, now, isPersonal }))),
    setPersonal(wanted) {
      isPersonal = wanted;
      if (wanted) localStorage.removeItem(keys.plain);
      else localStorage.setItem(keys.plain, '1');
      tell();
    },
    learn(order) {
      history = learn(history, order);
      store();
    },
    clear() {
      history = clear();
      store();
    },
    exportText: () => exportText(history),
  };
}

/**
 * 凑单 in slices, so that no tap waits: `draw` gets every answer, the last one whole. Returns a
 * function that ends it.
 */
export function topUpSlowly(engine, request, draw, sliceWork = 20) {
  let isOver = false;
  const next = (state) => {
    if (isOver) return;
    const answer = engine.topUp({ ...request, work: sliceWork, ...(state ? { state } : {}) });
    draw(answer);
    if (answer.state) setTimeout(() => next(answer.state), 0);
  };
  next(null);
  return () => {
    isOver = true;
  };
}
