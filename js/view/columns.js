// asColumns(lines, keys) → { lines, columns }: the lines without these keys, which are amounts, and
// for each key one text with the values of all lines in fen, a blank between two: '990 1200'.
//
// A discount of the order is shared by all lines, so one tap changes what every line pays. As paths
// that is 24 bytes a value, as a column 5: at 20 lines 1,093 bytes of setData against 340. A page
// takes a value out in WXS, which costs no setData, and puts the point back.
export function asColumns(lines, keys) {
  const columns = {};
  keys.forEach((key) => {
    columns[key] = lines.map((line) => line[key].replace('.', '')).join(' ');
  });
  const rest = lines.map((line) => Object.keys(line).reduce((kept, key) => {
    if (keys.indexOf(key) < 0) kept[key] = line[key];
    return kept;
  }, {}));
  return { lines: rest, columns };
}
