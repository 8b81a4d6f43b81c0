// The file system manager: the package is read-only, wxfile://usr/ is the mini-program's own, up to
// 200 MB. Each call exists as `name` with callbacks and as `nameSync`, which throws.
import { native, utf8Decode, utf8Encode } from './native.js';
import { keptMap } from './kept.js';
import { answer } from './wx_async.js';

export const USER_DATA_PATH = 'wxfile://usr';

const USER_SIZE_MAX = 200 * 1024 * 1024;

const failed = (call, why) => new Error(`${call}:fail ${why}`);
const isUserPath = (path) => path.startsWith(`${USER_DATA_PATH}/`);

function readPackageFile(path) {
  if (/^[a-z]+:/i.test(path)) return null;
  const request = new native.XMLHttpRequest();
  request.open('GET', `/pkg/${path.replace(/^\//, '')}`, false);
  request.responseType = 'arraybuffer';
  request.send();
  return request.status === 200 ? request.response : null;
}

function bytesOf(call, data) {
  if (typeof data === 'string') return utf8Encode(data);
  if (data instanceof ArrayBuffer) return data.slice(0);
  throw failed(call, 'invalid data: neither a string nor an ArrayBuffer');
}

function createCalls() {
  const files = keptMap('files');

  function find(call, path) {
    const bytes = isUserPath(path) ? files.get(path) : readPackageFile(path);
    if (!bytes) throw failed(call, `no such file or directory ${path}`);
    return bytes;
  }

  function write(call, path, bytes) {
    if (!isUserPath(path)) throw failed(call, `permission denied, open ${path}`);
    const others = files.keys().filter((name) => name !== path)
      .reduce((sum, name) => sum + files.get(name).byteLength, 0);
    if (others + bytes.byteLength > USER_SIZE_MAX) {
      throw failed(call, 'the maximum size of the file storage limit is exceeded');
    }
    files.set(path, bytes);
  }

  return {
    readFile: [(call, path, encoding) => {
      const bytes = find(call, path);
      return { data: encoding ? utf8Decode(bytes) : bytes.slice(0) };
    }, ['filePath', 'encoding'], 'data'],
    writeFile: [(call, path, data) => write(call, path, bytesOf(call, data)),
      ['filePath', 'data', 'encoding']],
    unlink: [(call, path) => {
      if (!isUserPath(path) || !files.has(path)) throw failed(call, `no such file ${path}`);
      files.delete(path);
    }, ['filePath']],
    access: [(call, path) => {
      find(call, path);
    }, ['path']],
    rename: [(call, from, to) => {
      write(call, to, find(call, from));
      files.delete(from);
    }, ['oldPath', 'newPath']],
    readdir: [(call, path) => {
      const folder = `${path.replace(/\/$/, '')}/`;
      return { files: files.keys().filter((name) => name.startsWith(folder))
        .map((name) => name.slice(folder.length)) };
    }, ['dirPath'], 'files'],
  };
}

export function createFileSystem() {
  const manager = {};
  for (const [name, [work, parameters, result]] of Object.entries(createCalls())) {
    manager[`${name}Sync`] = (...values) => {
      const found = work(`${name}Sync`, ...values);
      return result ? found[result] : undefined;
    };
    manager[name] = (options) => {
      try {
        const found = work(name, ...parameters.map((parameter) => options[parameter]));
        answer(options, 'success', { ...found, errMsg: `${name}:ok` });
      } catch (error) {
        answer(options, 'fail', { errMsg: error.message });
      }
    };
  }
  return manager;
}
