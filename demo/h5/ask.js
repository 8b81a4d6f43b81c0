// How the page asks its server, and who it says it is.
const NAME_KEY = 'suanpan.demo.name';

export async function fetchOk(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) {
    const answer = await response.json().catch(() => ({}));
    throw Object.assign(new Error(answer.message || `${path}: HTTP ${response.status}`), answer);
  }
  return response;
}

export const fetchJson = (path, options) =>
  fetchOk(path, options).then((response) => response.json());

export const post = (path, body, headers = {}) => fetchJson(path, { method: 'POST',
  headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

// Everybody who comes is a member of the demo; `?member=` opens the same cart on another device.
function memberName() {
  const given = new URLSearchParams(location.search).get('member');
  if (given) return given;
  try {
    const name = localStorage.getItem(NAME_KEY) || crypto.randomUUID().slice(0, 8);
    localStorage.setItem(NAME_KEY, name);
    return name;
  } catch {
    return crypto.randomUUID().slice(0, 8);
  }
}

export const loginCode = () => `demo:${memberName()}`;
