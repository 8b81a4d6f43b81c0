// Counts what crosses from the logic to the render thread: setData is the dear part of a page.
import { utf8Size } from './native.js';

const SET_DATA_SIZE_MAX = 1024 * 1024;

export const stats = {
  setData: 0, setDataBytes: 0, setDataLastBytes: 0, setDataLastPaths: [], requestsAtOnceMax: 0,
};

// What a page passes to setData reaches the view as JSON, so functions and undefined are lost,
// a BigInt throws, and later changes to the same objects do not show.
export function crossAsJson(patch = {}) {
  const json = JSON.stringify(patch);
  const size = utf8Size(json);
  if (size > SET_DATA_SIZE_MAX) throw new Error(`setData: data length ${size} exceeds 1 MB`);
  stats.setData += 1;
  stats.setDataBytes += size;
  stats.setDataLastBytes = size;
  stats.setDataLastPaths = Object.keys(patch);
  return JSON.parse(json);
}
