// Rules about text of any kind. A rule is { name, check, bad, fine }: `check` takes files
// ([{ path, text }]) and gives problems as strings; each file of `bad` must be flagged when it is
// checked alone, and none of `fine` may be.

// Banned words are put together from parts here, or this file would flag itself.
const leftover = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`);
const folders = ['home/', 'root/', 'Users/', 'work/', 'tmp/'];
const machinePath = new RegExp(`(?<![\\w.}>/-])/(${folders.join('|')})`);
const columnsMax = 100;

// Problems of single lines: `test` takes a line and gives a reason or nothing.
const eachLine = (wanted, test) => (files) => files.filter(({ path }) => wanted(path))
  .flatMap(({ path, text }) => text.split('\n').flatMap((line, index) => {
    const reason = test(line);
    return reason ? [`${path}:${index + 1}: ${reason}`] : [];
  }));

const isCode = (path) => /\.(c|h|js|mjs|cjs|ts|cmake|css|wxss)$|(^|\/)CMakeLists\.txt$/.test(path);
const isChecked = (path) => /^(src|js|wasm|tests)\/|^CMakeLists\.txt$/.test(path) && isCode(path);
const isLockfile = (path) => path.endsWith('package-lock.json');
// The fuzzers' inputs are bytes, not text.
const isSeed = (path) => path.startsWith('tests/fuzz/seeds/');
const isWritten = (path) => !isLockfile(path) && path !== 'LICENSE' && !isSeed(path);

const longLines = {
  name: `no line of code is longer than ${columnsMax} columns`,
  check: eachLine(isChecked, (line) => {
    const columns = [...line].length;
    return columns > columnsMax && `${columns} columns`;
  }),
  bad: [{ path: 'src/a.c', text: `${'x'.repeat(columnsMax + 1)}\n` }],
  fine: [{ path: 'js/a.js', text: `// ${'满'.repeat(columnsMax - 3)}\n` }],
};

const leftovers = {
  name: 'no leftovers',
  check: eachLine(isWritten, (line) => leftover.test(line) && 'a leftover'),
  bad: ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX']
    .map((word) => ({ path: 'a.md', text: `// ${word}: later\n` })),
  fine: [{ path: 'a.md', text: 'a todo list\n' }],
};

const whiteSpace = {
  name: 'no white space at the end of a line, and a newline at the end of a file',
  check: (files) => [
    ...eachLine(isWritten, (line) => /[ \t\r]$/.test(line) && 'white space at the end')(files),
    ...files.filter(({ path, text }) => isWritten(path) && text !== '' && !/[^\n]\n$/.test(text))
      .map(({ path }) => `${path}: ends without exactly one newline`),
  ],
  bad: [
    { path: 'a.md', text: 'one \n' },
    { path: 'a.md', text: 'one\r\n' },
    { path: 'a.md', text: 'one' },
    { path: 'a.md', text: 'one\n\n' },
  ],
  fine: [{ path: 'a.md', text: 'one\n\ntwo\n' }, { path: 'tests/fuzz/seeds/share/a', text: '{}' }],
};

const machinePaths = {
  name: 'no path of one machine',
  check: eachLine(isWritten, (line) => machinePath.test(line) && 'a path of one machine'),
  bad: folders.map((folder) => ({ path: 'a.js', text: `open('/${folder}x')\n` })),
  fine: [
    { path: 'a.js', text: 'fetch(`${base}/root/${n}`); // /v1/root/<n>, ../work/, a/tmp/b\n' },
  ],
};

const lockfile = {
  name: 'the lockfile names no registry, and versions are exact',
  check: (files) => [
    ...files.filter(({ path }) => isLockfile(path))
      .filter(({ text }) => text.includes('"resolved"'))
      .map(({ path }) => `${path}: has "resolved"`),
    ...files.filter(({ path }) => path === '.npmrc').filter(({ text }) => /registry\s*=/.test(text))
      .map(({ path }) => `${path}: names a registry`),
    ...files.filter(({ path }) => path === 'package.json').flatMap(({ path, text }) => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(text);
      return [
        ...Object.keys(dependencies).map((name) => `${path}: ${name} is needed at run time`),
        ...Object.entries(devDependencies).filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))
          .map(([name]) => `${path}: ${name} has no exact version`),
      ];
    }),
  ],
  bad: [
    { path: 'package-lock.json', text: '{"resolved": "somewhere"}\n' },
    { path: '.npmrc', text: 'registry=somewhere\n' },
    { path: 'package.json', text: '{"dependencies": {"left": "1.0.0"}}\n' },
    { path: 'package.json', text: '{"devDependencies": {"left": "^1.0.0"}}\n' },
  ],
  fine: [
    { path: 'package.json', text: '{"devDependencies": {"left": "1.0.0"}}\n' },
    { path: '.npmrc', text: 'omit-lockfile-registry-resolved=true\n' },
  ],
};

export const textRules = [longLines, leftovers, whiteSpace, machinePaths, lockfile];
